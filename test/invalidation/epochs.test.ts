import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Epochs } from "../../src/invalidation/epochs.ts";

test("Epochs.isAlive() is false of what began before one of its scopes was invalidated, and of nothing else", () => {
  const epochs = new Epochs();
  const before = epochs.sequence;
  assert.ok(epochs.isAlive(["a", "b"], before));
  epochs.invalidate("a");
  assert.deepEqual([["a"], ["a", "b"], ["b", "a"], ["b"], []].map((scopes) => epochs.isAlive(scopes, before)), [
    ...[false, false, false, true, true],
  ]);
  assert.ok(epochs.isAlive(["a", "b"], epochs.sequence));
  const between = epochs.sequence;
  epochs.invalidate("b");
  assert.deepEqual([epochs.isAlive(["a"], between), epochs.isAlive(["a", "b"], between)], [true, false]);
});

test("Epochs.invalidate() counts again for what began since the last time", () => {
  const epochs = new Epochs();
  epochs.invalidate("a");
  const began = epochs.sequence;
  epochs.invalidate("a");
  assert.equal(epochs.isAlive(["a"], began), false);
});

test("Epochs takes scopes named like members of objects as plain names", () => {
  const epochs = new Epochs();
  for (const scope of ["__proto__", "constructor", "toString", ""]) {
    const began = epochs.sequence;
    assert.ok(epochs.isAlive([scope], began), scope);
    epochs.invalidate(scope);
    assert.equal(epochs.isAlive([scope], began), false, scope);
  }
});

test("Epochs lets no scope that it forgot come back to life, and none die that was never invalidated and began since", () => {
  const epochs = new Epochs(2);
  const began = epochs.sequence;
  for (const scope of ["a", "b", "c"]) epochs.invalidate(scope);
  assert.equal(epochs.isAlive(["a"], began), false);
  assert.equal(epochs.isAlive(["z"], began), false, "no longer told apart");
  assert.ok(epochs.isAlive([], began));
  assert.ok(epochs.isAlive(["z"], epochs.sequence));
});

test("Epochs of any size never keep alive what was invalidated since it began", () => {
  const scope = fc.constantFrom("a", "b", "c", "d", "e");
  fc.assert(fc.property(fc.integer({ min: 1, max: 5 }), fc.array(scope), fc.array(scope), (size, before, after) => {
    const epochs = new Epochs(size);
    for (const name of before) epochs.invalidate(name);
    const began = epochs.sequence;
    assert.ok(epochs.isAlive(["a", "b", "c", "d", "e"], began));
    for (const name of after) epochs.invalidate(name);
    for (const name of after) assert.equal(epochs.isAlive(["x", name], began), false);
  }));
});
