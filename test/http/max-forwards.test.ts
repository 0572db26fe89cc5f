import assert from "node:assert/strict";
import { test } from "node:test";
import { decrementMaxForwards, parseMaxForwards } from "../../src/http/max-forwards.ts";

const INVALID = ["", "-1", "+1", "1.5", "0x1", "1e3", "1, 1", "1 1", " 1", "one", "\u0661", "1\n"];

test("parseMaxForwards() reads a number of any length, and nothing else (RFC 9110 §7.6.2)", () => {
  assert.deepEqual(["0", "1", "007", "999999", "1000000", "9".repeat(65_536)].map(parseMaxForwards), [
    ...[0, 1, 7, 999_999, 999_999, 999_999],
  ]);
  for (const value of [null, ...INVALID]) assert.equal(parseMaxForwards(value), undefined, String(value));
});

test("decrementMaxForwards() takes one off, never below zero, and drops what it cannot read", () => {
  assert.deepEqual(["0", "1", "10", "99999999999999999999"].map(decrementMaxForwards), ["0", "0", "9", "999998"]);
  for (const value of INVALID) assert.equal(decrementMaxForwards(value), undefined, value);
});
