import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NORMALIZED_FIELDS, normalizeField } from "../../src/http/negotiation.ts";
import { fieldText } from "../support/field-text.ts";

test("normalizeField() makes one spelling of preferences that mean the same (RFC 9110 §12.5)", () => {
  const table: [string, string[], string][] = [
    ["accept-encoding", ["gzip, br", "br,gzip", "GZIP;q=1, br;q=1.000", " br ,, gzip", "x-gzip, br, gzip"], "br, gzip"],
    ["accept-encoding", ["gzip;q=0.5, br", "br, gzip ; Q = 0.50"], "br, gzip;q=0.5"],
    ["accept-encoding", ["identity;q=0, *;q=0.1", "*;q=0.100,identity;q=0.000"], "*;q=0.1, identity;q=0"],
    ["accept-encoding", [""], ""],
    ["accept-language", ["de, en-GB;q=0.8, en;q=0.7", "EN;q=0.7,de,en-gb;q=0.80"], "de, en-gb;q=0.8, en;q=0.7"],
    ["accept", ["text/html, */*;q=0.8", "*/*;q=0.8,TEXT/HTML"], "text/html, */*;q=0.8"],
    ["accept", ["text/html; Level=1;q=0.4", "text/html;level=1 ;q=0.40, "], "text/html;level=1;q=0.4"],
  ];
  for (const [name, spellings, canonical] of table) {
    for (const value of spellings) {
      assert.equal(normalizeField(name, value), canonical, value);
    }
  }
});

test("normalizeField() puts the more specific of equal weight first, as origins that go by order expect", () => {
  const table: [string, string[], string][] = [
    [
      "accept",
      ["application/json, text/plain, */*", "*/*, text/plain, application/json"],
      "application/json, text/plain, */*",
    ],
    ["accept", ["text/*, text/html, text/html;level=1"], "text/html;level=1, text/html, text/*"],
    ["accept-language", ["en, en-GB, *", "*, en-gb, en"], "en-gb, en, *"],
    ["accept-encoding", ["*, identity, gzip"], "gzip, identity, *"],
  ];
  for (const [name, spellings, canonical] of table) {
    for (const value of spellings) assert.equal(normalizeField(name, value), canonical, value);
  }
});

test("normalizeField() keeps apart what differs", () => {
  const distinct: [string, string, string][] = [
    ["accept-encoding", "gzip", "gzip;q=0"],
    ["accept-encoding", "gzip;q=0.5, br;q=0.6", "gzip;q=0.6, br;q=0.5"],
    ["accept-encoding", "", "identity"],
    ["accept", "a/b;x=C", "a/b;x=c"], // the value of a parameter may be case-sensitive
    ["accept", 'a/b;x="C;D"', 'a/b;x="C;d"'],
    ["accept", 'a/b;x="C;q=0.5"', 'a/b;x="C"'],
    ["accept-language", "de", "de-at"],
    ["x-flavour", "B, a", "a, B"],
    ["x-flavour", "A", "a"],
  ];
  for (const [name, a, b] of distinct) assert.notEqual(normalizeField(name, a), normalizeField(name, b), `${a} | ${b}`);
});

test("normalizeField() collapses whitespace around the commas of any other field (RFC 9111 §4.1)", () => {
  for (const value of ["B,a", " B ,\ta ", "B,,a,"]) assert.equal(normalizeField("x-flavour", value), "B, a");
  assert.equal(normalizeField("cookie", 'a="1,2"; b=3'), 'a="1,2"; b=3');
});

const piece = fc.constantFrom(
  ...[
    "gzip",
    "X-Gzip",
    "text/html",
    "*/*",
    "de-AT",
    ";q=0.5",
    ";q=1",
    "; Q = 0",
    ";q=2",
    ";q=0.1234",
    ";x=Y",
    ';x="a;B',
  ],
  ...[",", ", ", ";", '"', "\\", " ", "\t", "=", "q"],
);
const anyValue = fc.oneof(fc.array(piece).map((pieces) => pieces.join("")), fieldText);

test("normalizeField() is idempotent", () => {
  fc.assert(
    fc.property(fc.constantFrom(...NORMALIZED_FIELDS, "x-other"), anyValue, (name, value) => {
      const once = normalizeField(name, value);
      assert.equal(normalizeField(name, once), once);
    }),
    { numRuns: 1000 },
  );
});

test("normalizeField() does not depend on the order of preferences", () => {
  const member = fc.array(piece.filter((text) => !/[",\\]/.test(text))).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(
      fc.constantFrom(...NORMALIZED_FIELDS),
      fc.array(member),
      fc.infiniteStream(fc.nat()),
      (name, members, dice) => {
        const shuffled = members.map((text) => ({ text, place: dice.next().value })).sort((a, b) => a.place - b.place);
        const other = shuffled.map(({ text }) => text).join(",");
        assert.equal(normalizeField(name, other), normalizeField(name, members.join(",")));
      },
    ),
    { numRuns: 500 },
  );
});

test("normalizeField() gives the same answer after it has seen more values than it remembers", () => {
  const before = normalizeField("accept-language", "fr ;q=0.5");
  for (let i = 0; i < 3000; i++) normalizeField("accept-language", `x-${i}`);
  assert.equal(normalizeField("accept-language", "fr ;q=0.5"), before);
  assert.equal(normalizeField("accept-language", `${"a,".repeat(400)}b`), "a, b");
});
