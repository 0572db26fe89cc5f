import assert from "node:assert/strict";
import { test } from "node:test";
import { ringOf } from "../../../bench/micro/ring.ts";

test("ringOf() gives all items in order and begins anew", () => {
  const next = ringOf(["a", "b", "c"]);
  assert.deepEqual(Array.from({ length: 7 }, next), ["a", "b", "c", "a", "b", "c", "a"]);
});

test("ringOf() takes no empty list", () => {
  assert.throws(() => ringOf([]), RangeError);
});
