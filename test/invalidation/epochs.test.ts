import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Epochs, InvalidationOrder } from "../../src/invalidation/epochs.ts";

test("Epochs.isAlive() is false of what began before one of its scopes was invalidated, and of nothing else", () => {
  const order = new InvalidationOrder();
  const epochs = new Epochs(order);
  const before = order.sequence;
  assert.ok(epochs.isAlive(["a", "b"], before));
  epochs.invalidate("a");
  assert.deepEqual([["a"], ["a", "b"], ["b", "a"], ["b"], []].map((scopes) => epochs.isAlive(scopes, before)), [
    ...[false, false, false, true, true],
  ]);
  assert.ok(epochs.isAlive(["a", "b"], order.sequence));
  const between = order.sequence;
  epochs.invalidate("b");
  assert.deepEqual([epochs.isAlive(["a"], between), epochs.isAlive(["a", "b"], between)], [true, false]);
});

test("Epochs.invalidate() counts again for what began since the last time", () => {
  const order = new InvalidationOrder();
  const epochs = new Epochs(order);
  epochs.invalidate("a");
  const began = order.sequence;
  epochs.invalidate("a");
  assert.equal(epochs.isAlive(["a"], began), false);
});

test("Epochs takes scopes named like members of objects as plain names", () => {
  const order = new InvalidationOrder();
  const epochs = new Epochs(order);
  for (const scope of ["__proto__", "constructor", "toString", ""]) {
    const began = order.sequence;
    assert.ok(epochs.isAlive([scope], began), scope);
    epochs.invalidate(scope);
    assert.equal(epochs.isAlive([scope], began), false, scope);
  }
});

test("Epochs lets no scope that it forgot come back to life, and none die that was never invalidated and began since", () => {
  const order = new InvalidationOrder();
  const epochs = new Epochs(order, 2);
  const began = order.sequence;
  for (const scope of ["a", "b", "c"]) epochs.invalidate(scope);
  assert.equal(epochs.isAlive(["a"], began), false);
  assert.equal(epochs.isAlive(["z"], began), false, "no longer told apart");
  assert.ok(epochs.isAlive([], began));
  assert.ok(epochs.isAlive(["z"], order.sequence));
});

test("Epochs of any size never keep alive what was invalidated since it began", () => {
  const scope = fc.constantFrom("a", "b", "c", "d", "e");
  fc.assert(fc.property(fc.integer({ min: 1, max: 5 }), fc.array(scope), fc.array(scope), (size, before, after) => {
    const order = new InvalidationOrder();
    const epochs = new Epochs(order, size);
    for (const name of before) epochs.invalidate(name);
    const began = order.sequence;
    assert.ok(epochs.isAlive(["a", "b", "c", "d", "e"], began));
    for (const name of after) epochs.invalidate(name);
    for (const name of after) assert.equal(epochs.isAlive(["x", name], began), false);
  }));
});
