import assert from "node:assert/strict";
import { test } from "node:test";
import { Patience } from "../../src/storage/patience.ts";
import { ManualClock } from "../support/manual-clock.ts";

test("Patience is used up while it is tried, and comes back at a tenth of that when it is not", () => {
  const clock = new ManualClock();
  const patience = new Patience(1000, clock);
  patience.try(true);
  clock.advance(600);
  patience.try(true);
  assert.equal(patience.left, 400);
  patience.try(false);
  clock.advance(1000);
  assert.equal(patience.left, 500);
  clock.advance(100_000);
  assert.equal(patience.left, 1000);
});

test("Patience never falls below nothing, nor is it saved up", () => {
  const clock = new ManualClock();
  const patience = new Patience(1000, clock);
  clock.advance(100_000);
  patience.try(true);
  clock.advance(5000);
  assert.equal(patience.left, 0);
  patience.try(false);
  clock.advance(100);
  assert.equal(patience.left, 10);
});

test("Patience costs those who try it no more than a tenth of their time in the long run", () => {
  const clock = new ManualClock();
  const patience = new Patience(1000, clock);
  let tried = 0;
  for (let i = 0; i < 10_000; i++) {
    const isTried = patience.left >= 5;
    patience.try(isTried);
    clock.advance(5);
    if (isTried) tried += 5;
  }
  assert.ok(tried <= 1000 + 50_000 / 10, String(tried));
});
