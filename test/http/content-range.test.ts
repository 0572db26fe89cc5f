import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatContentRange, parseContentRange } from "../../src/http/content-range.ts";
import { fieldText } from "../support/field-text.ts";

test("parseContentRange() reads a range with and without the complete length (RFC 9110 §14.4)", () => {
  const table = [
    ["bytes 0-4/10", { first: 0, last: 4, completeLength: 10 }],
    ["bytes 9-9/10", { first: 9, last: 9, completeLength: 10 }],
    ["bytes 0-4/*", { first: 0, last: 4, completeLength: undefined }],
    ["Bytes 0-4/5", { first: 0, last: 4, completeLength: 5 }], // §14.1: range unit names are case-insensitive
    ["bytes 0-9007199254740990/9007199254740991", {
      first: 0,
      last: 9007199254740990,
      completeLength: 9007199254740991,
    }],
  ] as const;
  for (const [value, range] of table) assert.deepEqual(parseContentRange(value), range, value);
});

test("parseContentRange() takes nothing that leaves a doubt about a byte (RFC 9110 §14.4)", () => {
  const contradictory = ["bytes 5-4/10", "bytes 0-10/10", "bytes 0-0/0", "bytes 10-10/10"];
  const inexact = ["bytes 0-4/9007199254740993", "bytes 0-9007199254740992/*", "bytes 0-99999999999999999999/*"];
  const rangeless = ["", "bytes", "bytes */10", "bytes */*", "bytes 0-4", "bytes 0-4/", "bytes -4/10", "bytes 0-/10"];
  const misspelt = [
    "bytes  0-4/10",
    "bytes\t0-4/10",
    "bytes 0 - 4/10",
    "bytes 0-4 /10",
    "bytes 0-4/ 10",
    " bytes 0-4/10",
  ];
  const others = ["bytes=0-4/10", "bytes 0-4/10 ", "bytes 0-4/10, bytes 0-4/10", "bytes +0-4/10", "bytes 0x0-4/10"];
  for (const value of [...contradictory, ...inexact, ...rangeless, ...misspelt, ...others, "items 0-4/10", undefined]) {
    assert.equal(parseContentRange(value), undefined, String(value));
  }
});

test("parseContentRange() reads what formatContentRange() writes", () => {
  assert.equal(formatContentRange({ first: 0, last: 4 }, 10), "bytes 0-4/10");
  assert.equal(formatContentRange({ first: 0, last: 4 }, undefined), "bytes 0-4/*");
  const size = fc.maxSafeNat().map((number) => Math.min(number, 2 ** 51));
  fc.assert(
    fc.property(size, size, fc.option(size, { nil: undefined }), (first, more, rest) => {
      const last = first + more;
      const completeLength = rest === undefined ? undefined : last + rest + 1;
      const value = formatContentRange({ first, last }, completeLength);
      assert.deepEqual(parseContentRange(value), { first, last, completeLength });
    }),
    { numRuns: 500 },
  );
});

test("parseContentRange() never throws", () => {
  fc.assert(
    fc.property(fieldText, (text) => assert.equal(parseContentRange(text), undefined)),
    { numRuns: 500 },
  );
});
