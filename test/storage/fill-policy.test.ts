import assert from "node:assert/strict";
import { test } from "node:test";
import { isWorthFilling } from "../../src/storage/fill-policy.ts";

test("isWorthFilling() is true where little is missing, much has come, or nobody knows how much will", () => {
  const policy = { bytesLeft: 10, share: 0.5 };
  const rows: readonly (readonly [received: number, length: number | undefined, expected: boolean])[] = [
    [0, undefined, true],
    [10, undefined, true],
    [11, undefined, false],
    [0, 10, true],
    [0, 11, false],
    [90, 100, true],
    [89, 100, true],
    [50, 100, true],
    [49, 100, false],
    [0, 0, true],
  ];
  for (const [received, length, expected] of rows) {
    assert.equal(isWorthFilling(policy, received, length), expected, `${received} of ${length}`);
  }
});
