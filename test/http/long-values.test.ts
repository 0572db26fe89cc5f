// No parser may take quadratic time over a value that a client chose: 64 KiB take any of them well under 100 ms.
import assert from "node:assert/strict";
import { test } from "node:test";
import { selectByteRanges, singleRangeSpec } from "../../src/http/byte-range.ts";
import { parseCacheControl } from "../../src/http/cache-control.ts";
import { parseContentRange } from "../../src/http/content-range.ts";
import { parseEntityTag, parseEntityTags } from "../../src/http/entity-tag.ts";
import { listMembers } from "../../src/http/field-list.ts";
import { parseForwarded } from "../../src/http/forwarded-elements.ts";
import { parseHttpDate } from "../../src/http/http-date.ts";
import { parseMaxForwards } from "../../src/http/max-forwards.ts";
import { normalizeField } from "../../src/http/negotiation.ts";
import { initialAge } from "../../src/policy/age.ts";
import { viaLoops } from "../../src/http/via.ts";

const LENGTH = 64 * 1024;

const PATTERNS = [
  ...[
    "a",
    " ",
    "\t",
    ",",
    ", ",
    ";",
    '"',
    "\\",
    "=",
    "0",
    "-",
    "a,",
    ' "',
    '",',
    '"a,',
    '",a"',
    'W/"',
    'W/"a ',
    '"\\"',
  ],
  ...["; ", ";q", ";q=0", ";q=0 ", "; q = 0.", ";q=1,", "0-", "0-0,", "-1,", "a;b=c;", 'a="'],
  ...["max-age=", "max-age=9", "private,", "for=a;", "a=b, ", 'for="_a', "1.1 lacquer, ", "1.1 lacquer (", "1.1 \t"],
];

/** Starts that lead into the deeper parts of a grammar, and ends that make a match fail at the last moment. */
const STARTS = [
  ...["", "bytes=", "bytes=0-", "bytes 0-", '"', 'a;x="', "a;q=0", "max-age=", 'for="', "1.1 lacquer ("],
];
const ENDS = ["", "!"];

const PARSERS: Record<string, (value: string) => unknown> = {
  selectByteRanges: (value) => selectByteRanges(value, 1000),
  singleRangeSpec,
  parseContentRange,
  parseCacheControl,
  parseEntityTag,
  parseEntityTags,
  listMembers,
  parseHttpDate: (value) => parseHttpDate(value, 0),
  initialAge: (value) => initialAge(0, value, { responseTime: 0, responseDelay: 0 }),
  parseForwarded,
  parseMaxForwards,
  viaLoops: (value) => viaLoops(value, "1a2b"),
  normalizeAccept: (value) => normalizeField("accept", value),
  normalizeEncoding: (value) => normalizeField("accept-encoding", value),
  normalizeOther: (value) => normalizeField("x-other", value),
};

for (const [name, parse] of Object.entries(PARSERS)) {
  test(`${name}() stays quick over hostile values of 64 KiB`, () => {
    let slowest = { milliseconds: 0, value: "" };
    for (const pattern of PATTERNS) {
      const filling = pattern.repeat(Math.ceil(LENGTH / pattern.length));
      for (const start of STARTS) {
        for (const end of ENDS) {
          const value = start + filling.slice(0, LENGTH) + end;
          const startedAt = performance.now();
          parse(value);
          const milliseconds = performance.now() - startedAt;
          if (milliseconds > slowest.milliseconds) slowest = { milliseconds, value: value.slice(0, 40) };
        }
      }
    }
    assert.ok(slowest.milliseconds < 500, `${slowest.milliseconds} ms over ${JSON.stringify(slowest.value)}…`);
  });
}
