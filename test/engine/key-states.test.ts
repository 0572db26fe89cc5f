import assert from "node:assert/strict";
import { test } from "node:test";
import { KeyStates } from "../../src/engine/key-states.ts";
import { OriginError } from "../../src/origin/origin-error.ts";
import { ByteBudget } from "../../src/storage/byte-budget.ts";

const HIT_FOR_MISS = 120_000;
const states = (limit = 10_000_000) => new KeyStates(new ByteBudget(limit), HIT_FOR_MISS);

test("KeyStates remembers up to four sets of fields, that of the latest answer first", () => {
  const keys = states();
  for (const name of ["a", "b", "c", "a", "d", "e"]) keys.learnShareable("/", [name], false);
  assert.deepEqual(keys.of("/").specs, [["e"], ["d"], ["a"], ["c"]]);
  assert.deepEqual(keys.of("/other").specs, []);
});

test("KeyStates remembers a vain wait for its time, apart for requests with credentials, until an answer can be shared", () => {
  const keys = states();
  keys.learnShareable("/", ["a"], false);
  keys.learnUnshareable("/", true, 1000);
  assert.deepEqual(keys.of("/").hitForMiss, [-Infinity, 1000 + HIT_FOR_MISS]);
  keys.learnUnshareable("/", false, 2000);
  keys.learnShareable("/", ["a"], true);
  assert.deepEqual(keys.of("/").hitForMiss, [2000 + HIT_FOR_MISS, -Infinity]);
  assert.deepEqual(keys.of("/").specs, [["a"]]);
});

test("KeyStates renews the memory of a vain wait once a 64th of it has gone by, and at once after a failure", () => {
  const keys = states();
  const step = HIT_FOR_MISS / 64;
  keys.learnUnshareable("/", false, 0);
  keys.learnUnshareable("/", false, step - 1);
  assert.equal(keys.of("/").hitForMiss[0], HIT_FOR_MISS);
  keys.learnUnshareable("/", false, step);
  assert.equal(keys.of("/").hitForMiss[0], step + HIT_FOR_MISS);
  keys.learnFailure("/", new OriginError("a", "connect"), step);
  keys.learnUnshareable("/", false, step + 1);
  assert.equal(keys.of("/").failure, undefined);
});

test("KeyStates tells what is news of a key", () => {
  const keys = states();
  assert.deepEqual([keys.learnShareable("/", ["a"], false), keys.learnShareable("/", ["a"], false)], [true, false]);
  assert.deepEqual([keys.learnShareable("/", ["b"], false), keys.learnShareable("/", undefined, false)], [true, false]);
  const refusals = [false, true, false].map((credentialed) => keys.learnUnshareable("/", credentialed, 0));
  assert.deepEqual(refusals, [true, true, false]);
  assert.ok(keys.learnShareable("/", ["b"], false));
});

test("KeyStates remembers a failure for a second, or until there is an answer", () => {
  const keys = states();
  const error = new OriginError("a", "connect");
  keys.learnFailure("/", error, 5000);
  assert.deepEqual(keys.of("/").failure, { error, until: 6000 });
  keys.learnShareable("/", [], false);
  assert.equal(keys.of("/").failure, undefined);
});

test("KeyStates remembers that a body was too large until one is not", () => {
  const keys = states();
  keys.learnSize("/", true);
  keys.learnShareable("/", [], false);
  assert.equal(keys.of("/").isTooLarge, true);
  keys.learnSize("/", false);
  assert.equal(keys.of("/").isTooLarge, false);
});

test("KeyStates takes a small part of memory and forgets keys beyond that", () => {
  const budget = new ByteBudget(1_000_000);
  const keys = new KeyStates(budget, HIT_FOR_MISS);
  for (let i = 0; i < 1000; i++) keys.learnShareable(`/${i}`, ["accept"], false);
  assert.deepEqual(keys.of("/0").specs, []);
  assert.deepEqual(keys.of("/999").specs, [["accept"]]);
  assert.ok(budget.used > 0 && budget.used <= 1_000_000 / 64);
  assert.equal(keys.bytes, budget.used);
});
