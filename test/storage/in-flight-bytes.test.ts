import assert from "node:assert/strict";
import { test } from "node:test";
import { ByteBudget } from "../../src/storage/byte-budget.ts";
import { InFlightBytes } from "../../src/storage/in-flight-bytes.ts";

test("InFlightBytes takes no more than its own limit, nor than the budget has", () => {
  const budget = new ByteBudget(100);
  const inFlight = new InFlightBytes(budget, 60);
  assert.ok(inFlight.reserve(60));
  assert.equal(inFlight.reserve(1), false);
  assert.deepEqual([inFlight.used, budget.used], [60, 60]);
  inFlight.release(60);
  assert.ok(budget.reserve(50));
  assert.equal(inFlight.reserve(60), false);
  assert.deepEqual([inFlight.used, budget.used], [0, 50]);
});

test("InFlightBytes counts what is here already, and has no room until that is gone", () => {
  const budget = new ByteBudget(100);
  const inFlight = new InFlightBytes(budget, 60);
  inFlight.force(70);
  assert.deepEqual([inFlight.used, budget.used, inFlight.hasRoom], [70, 70, false]);
  inFlight.release(11);
  assert.equal(inFlight.hasRoom, true);
});

test("InFlightBytes makes the budget give up what is stored for what has arrived", () => {
  const budget = new ByteBudget(100);
  const missing: number[] = [];
  budget.onShortage((bytes) => void missing.push(bytes));
  new InFlightBytes(budget, 60).force(130);
  assert.deepEqual(missing, [30]);
  assert.equal(budget.used, 130);
});

test("InFlightBytes.keep() leaves bytes in the budget that are in flight no more", () => {
  const budget = new ByteBudget(100);
  const inFlight = new InFlightBytes(budget, 60);
  inFlight.reserve(60);
  inFlight.keep(60);
  assert.deepEqual([inFlight.used, budget.used], [0, 60]);
});
