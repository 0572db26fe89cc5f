import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { selectByteRange } from "../../src/http/byte-range.ts";

const range = (first: number, last: number) => ({ kind: "range", first, last });
const WHOLE = { kind: "whole" };
const UNSATISFIABLE = { kind: "unsatisfiable" };

test("selectByteRange() selects the bytes of a single range (RFC 9110 §14.1.2)", () => {
  const table = [
    ["bytes=0-499", range(0, 499)],
    ["bytes=500-999", range(500, 999)],
    ["bytes=0-0", range(0, 0)],
    ["bytes=999-999", range(999, 999)],
    ["bytes=9-", range(9, 999)],
    ["bytes=990-5000", range(990, 999)],
    ["bytes=0-18446744073709551615", range(0, 999)],
    ["bytes=-1", range(999, 999)],
    ["bytes=-1000", range(0, 999)],
    ["bytes=-99999999999999999999", range(0, 999)],
    ["BYTES=0-1", range(0, 1)], // §14.1: range unit names are case-insensitive
    ["bytes= 0-1\t", range(0, 1)],
  ] as const;
  for (const [value, selected] of table) assert.deepEqual(selectByteRange(value, 1000), selected, value);
});

test("selectByteRange() knows what cannot be satisfied (RFC 9110 §15.5.17)", () => {
  for (const value of ["bytes=1000-", "bytes=1000-2000", "bytes=-0", "bytes=9223372036854775808-"]) {
    assert.deepEqual(selectByteRange(value, 1000), UNSATISFIABLE, value);
  }
});

test("selectByteRange() ignores what is malformed, of another unit or more than one range (RFC 9110 §14.2)", () => {
  const ignored = ["", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-1", "bytes=1", "bytes=--1", "bytes=+1-2"];
  const several = ["bytes=0-1,2-3", "bytes=0-0,0-0", "bytes=-1,-9223372036854775807", "bytes=" + "0-,".repeat(500)];
  for (const value of [...ignored, ...several, "items=0-1", "bytes =0-1", "bytes=0 -1", "bytes=0x0-1"]) {
    assert.deepEqual(selectByteRange(value, 1000), WHOLE, value);
  }
});

test("selectByteRange() finds no byte in an empty representation", () => {
  assert.deepEqual(selectByteRange("bytes=0-", 0), UNSATISFIABLE);
  assert.deepEqual(selectByteRange("bytes=-0", 0), UNSATISFIABLE);
  assert.deepEqual(selectByteRange("bytes=-5", 0), WHOLE); // satisfiable, yet no Content-Range could describe it
});

test("selectByteRange() never selects a byte outside the representation", () => {
  const value = fc.string({ unit: fc.constantFrom("0", "1", "9", "-", ",", " ") }).map((text) => `bytes=${text}`);
  fc.assert(
    fc.property(value, fc.nat(200), (text, length) => {
      const selected = selectByteRange(text, length);
      if (selected.kind !== "range") return;
      const { first, last } = selected;
      assert.ok(0 <= first && first <= last && last < length, `${first}-${last}/${length}`);
    }),
    { numRuns: 1000 },
  );
});
