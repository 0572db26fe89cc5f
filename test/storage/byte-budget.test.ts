import assert from "node:assert/strict";
import { test } from "node:test";
import { ByteBudget } from "../../src/storage/byte-budget.ts";

test("ByteBudget grants up to its limit and not a byte more", () => {
  const budget = new ByteBudget(100);
  assert.deepEqual([budget.reserve(60), budget.reserve(41), budget.reserve(40), budget.reserve(1)], [
    ...[true, false, true, false],
  ]);
  assert.equal(budget.used, 100);
  budget.release(60);
  assert.ok(budget.reserve(60));
  assert.ok(budget.reserve(0));
});

test("ByteBudget asks for the bytes missing, and grants only when room was made", () => {
  const budget = new ByteBudget(100);
  const asked: number[] = [];
  let willing = false;
  budget.onShortage((bytes) => {
    asked.push(bytes);
    if (willing) budget.release(bytes);
  });
  assert.ok(budget.reserve(90));
  assert.equal(budget.reserve(30), false);
  assert.equal(budget.used, 90);
  willing = true;
  assert.ok(budget.reserve(30));
  assert.equal(budget.used, 100);
  assert.deepEqual(asked, [20, 20]);
});

test("ByteBudget gives nothing up for what could never fit, nor for what is no number", () => {
  const budget = new ByteBudget(100);
  budget.onShortage(() => assert.fail("room was asked for"));
  for (const bytes of [101, Infinity, NaN]) assert.equal(budget.reserve(bytes), false);
  assert.equal(budget.used, 0);
});
