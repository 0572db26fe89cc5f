/**
 * Every parser over random and mutated field values: none throws, and none takes more than linear time.
 * LACQUER_FUZZ_VALUES says how many values, LACQUER_SEED repeats a run.
 */
import assert from "node:assert/strict";
import { writeSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import { FieldValues } from "../support/field-values.ts";
import { selectByteRanges, singleRangeSpec } from "../../src/http/byte-range.ts";
import { parseCacheControl } from "../../src/http/cache-control.ts";
import { parseCacheGroups } from "../../src/http/cache-groups.ts";
import { parseContentRange } from "../../src/http/content-range.ts";
import { parseEntityTag, parseEntityTags } from "../../src/http/entity-tag.ts";
import { hasOpenQuote, listMembers } from "../../src/http/field-list.ts";
import { parseForwarded } from "../../src/http/forwarded-elements.ts";
import { endToEndFields } from "../../src/http/hop-by-hop.ts";
import { parseHttpDate } from "../../src/http/http-date.ts";
import { isIncremental } from "../../src/http/incremental.ts";
import { decrementMaxForwards } from "../../src/http/max-forwards.ts";
import { normalizeField, preferredLanguage } from "../../src/http/negotiation.ts";
import { canonicalSearch, parseNoVarySearch, varianceKey } from "../../src/http/no-vary-search.ts";
import { parseRequestDirectives } from "../../src/http/request-directives.ts";
import { parseDictionary, parseItem, parseList } from "../../src/http/structured-fields.ts";
import { viaLoops } from "../../src/http/via.ts";
import { initialAge } from "../../src/policy/age.ts";
import { governingControl } from "../../src/policy/targeted-control.ts";
import { varyNames } from "../../src/policy/vary.ts";

const SEED = Number(process.env["LACQUER_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const VALUES = Number(process.env["LACQUER_FUZZ_VALUES"] ?? 1_000_000);
const LIMIT = { timeout: 600_000 };

/** All that reads a field value. A new parser is one more line. */
const PARSERS: Readonly<Record<string, (value: string) => unknown>> = {
  parseCacheControl,
  parseRequestDirectives: (value) => parseRequestDirectives(value, null),
  parsePragma: (value) => parseRequestDirectives(null, value),
  parseHttpDate: (value) => parseHttpDate(value, 0),
  initialAge: (value) => initialAge(0, value, { responseTime: 0, responseDelay: 0 }),
  selectByteRanges: (value) => selectByteRanges(value, 1000),
  singleRangeSpec,
  parseContentRange,
  parseEntityTag,
  parseEntityTags,
  parseDictionary,
  parseList,
  parseItem,
  varyNames: (value) => varyNames([["vary", value]]),
  normalizeAccept: (value) => normalizeField("accept", value),
  normalizeAcceptEncoding: (value) => normalizeField("accept-encoding", value),
  normalizeAcceptLanguage: (value) => normalizeField("accept-language", value),
  normalizeOther: (value) => normalizeField("x-other", value),
  preferredLanguage,
  parseForwarded,
  viaLoops: (value) => viaLoops(value, "1a2b"),
  decrementMaxForwards,
  endToEndFields: (value) => endToEndFields([["connection", value], ["x-other", "1"]]),
  isIncremental: (value) => isIncremental([["incremental", value], ["content-type", value]]),
  parseCacheGroups,
  parseNoVarySearch: (value) => {
    const variance = parseNoVarySearch(value);
    return variance && varianceKey(variance) + canonicalSearch("?b=1&a=2&a=%zz", variance);
  },
  canonicalSearch: (value) => SOME_VARIANCES.map((variance) => canonicalSearch(value, variance)),
  targetedControl: (value) => governingControl([["cdn-cache-control", value]], ["cdn-cache-control"]),
  surrogateControl: (value) => governingControl([["surrogate-control", value]], ["surrogate-control"]),
  listMembers,
  hasOpenQuote,
};

const SOME_VARIANCES = ["key-order", 'params=("a" "b")', 'params, except=("a"), key-order']
  .map((value) => parseNoVarySearch(value)).filter((variance) => variance !== undefined);

const NAMES = Object.keys(PARSERS);

test("no parser throws, whatever it is given", LIMIT, () => {
  const values = new FieldValues(SEED);
  const startedAt = performance.now();
  let characters = 0;
  for (let i = 0; i < VALUES; i++) {
    const name = NAMES[i % NAMES.length]!;
    const value = values.next();
    characters += value.length;
    try {
      PARSERS[name]!(value);
    } catch (cause) {
      throw new Error(`${name}() throws ${cause} over ${describe(value)}: repeat with LACQUER_SEED=${SEED}`, { cause });
    }
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  writeSync(1, `${VALUES} values, ${characters} characters, ${seconds} s with LACQUER_SEED=${SEED}\n`);
});

const LONG = 64 * 1024;

/** Twice the length may take twice the time; what takes four times as long, and is not over at once, is quadratic. */
const MOST_GROWTH = 3.2;
const NOTICEABLE_MS = 2;

for (const [name, parse] of Object.entries(PARSERS)) {
  test(`${name}() takes time in proportion to the length of a value`, LIMIT, () => {
    const values = new FieldValues(SEED);
    for (let i = 0; i < 40; i++) {
      const { halves, whole } = values.nextDoubling(LONG);
      const isSlow = () => {
        const time = shortestTime(parse, whole);
        return time > NOTICEABLE_MS &&
          time > MOST_GROWTH * Math.max(...halves.map((half) => shortestTime(parse, half)));
      };
      // A machine that does other things as well does them now and then, a slow parser is slow each time.
      const isQuadratic = isSlow() && isSlow() && isSlow();
      assert.ok(!isQuadratic, `slow over ${describe(whole)}: repeat with LACQUER_SEED=${SEED}`);
    }
  });
}

/** Milliseconds of the quickest of some runs: nothing makes a run quicker than it is. */
function shortestTime(parse: (value: string) => unknown, value: string): number {
  let shortest = Infinity;
  for (let run = 0; run < 5; run++) {
    const startedAt = performance.now();
    parse(value);
    shortest = Math.min(shortest, performance.now() - startedAt);
    if (shortest < NOTICEABLE_MS / 4) break;
  }
  return shortest;
}

function describe(value: string): string {
  const shown = JSON.stringify(value.slice(0, 300));
  return value.length > 300 ? `${shown}… (${value.length} characters)` : shown;
}
