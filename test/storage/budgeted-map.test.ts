import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BudgetedMap } from "../../src/storage/budgeted-map.ts";
import { ByteBudget } from "../../src/storage/byte-budget.ts";

const sizeOf = (key: string, value: string) => key.length + value.length;

test("BudgetedMap forgets what was used least recently when it would take more than its share", () => {
  const budget = new ByteBudget(1000);
  const map = new BudgetedMap({ budget, maxBytes: 8, sizeOf });
  for (const key of ["a", "b", "c", "d"]) assert.ok(map.set(key, "1"));
  assert.ok(map.set("a", "2")); // used again
  assert.ok(map.set("e", "1"));
  assert.deepEqual(["a", "b", "c", "d", "e"].map((key) => map.get(key)), ["2", undefined, "1", "1", "1"]);
  assert.equal(map.bytes, 8);
  assert.equal(budget.used, 8);
});

test("BudgetedMap forgets as quickly after many keys as after few", () => {
  const map = new BudgetedMap({ budget: new ByteBudget(1e9), maxBytes: 100_000, sizeOf: () => 10 });
  for (let i = 0; i < 500_000; i++) map.set(String(i), ""); // takes minutes where each has to pass those forgotten before
  assert.equal(map.size, 10_000);
  assert.equal(map.get("490000"), "");
  assert.equal(map.get("489999"), undefined);
});

test("BudgetedMap keeps nothing that is larger than its share, or for which memory has no room", () => {
  const budget = new ByteBudget(10);
  const map = new BudgetedMap({ budget, maxBytes: 8, sizeOf });
  map.set("a", "1");
  assert.equal(map.set("a", "far too long"), false);
  assert.equal(map.get("a"), undefined);
  assert.ok(budget.reserve(10));
  assert.equal(map.set("b", "1"), false);
  assert.equal(map.size, 0);
  assert.equal(budget.used, 10);
});

test("BudgetedMap takes of the budget exactly what its entries need, whatever is done with it", () => {
  const step = fc.tuple(
    fc.constantFrom("set", "delete"),
    fc.constantFrom("a", "bb", "ccc"),
    fc.string({ maxLength: 9 }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
    const budget = new ByteBudget(100);
    const map = new BudgetedMap({ budget, maxBytes: 20, sizeOf });
    for (const [action, key, value] of steps) {
      if (action === "set") map.set(key, value);
      else map.delete(key);
      const held = ["a", "bb", "ccc"].map((name) => [name, map.get(name)] as const);
      const bytes = held.reduce((sum, [name, kept]) => sum + (kept === undefined ? 0 : sizeOf(name, kept)), 0);
      assert.equal(map.bytes, bytes);
      assert.equal(budget.used, bytes);
      assert.ok(bytes <= 20);
    }
  }));
});
