import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ByteBudget } from "../../src/storage/byte-budget.ts";
import { MemoryStore } from "../../src/storage/memory-store.ts";
import type { StoredResponse } from "../../src/storage/response-store.ts";
import { language, responseStoreContract, storedResponse } from "./response-store-contract.ts";

responseStoreContract("MemoryStore", (budget) => new MemoryStore(budget));

/** Puts a response and says whether it could be received and stored. */
async function put(store: MemoryStore, budget: ByteBudget, given: Partial<StoredResponse> & { size?: number }) {
  const stored = await storedResponse(budget, given);
  if (stored === undefined) return false;
  const isStored = store.put(stored);
  if (!isStored) stored.body.release();
  return isStored;
}

test("MemoryStore evicts to make room, also for bodies that are still being received", async () => {
  const budget = new ByteBudget(100_000);
  const store = new MemoryStore(budget);
  for (let i = 0; i < 50; i++) assert.ok(await put(store, budget, { key: `http://a/${i}`, size: 10_000 }));
  assert.ok(store.size >= 7 && store.size <= 9, `${store.size} are held`);
  assert.ok(budget.used <= budget.limit);
  assert.ok(budget.reserve(95_000));
  assert.equal(store.size, 0);
  assert.equal(budget.used, 95_000);
});

test("MemoryStore evicts nothing where giving up everything would not be enough", async () => {
  const budget = new ByteBudget(100_000);
  const store = new MemoryStore(budget);
  assert.ok(budget.reserve(60_000)); // a body still being received
  for (let i = 0; i < 3; i++) assert.ok(await put(store, budget, { key: `http://a/${i}`, size: 5_000 }));
  assert.equal(budget.reserve(50_000), false);
  assert.equal(store.size, 3);
});

test("MemoryStore counts keys, header fields and selecting fields, not only bodies", async () => {
  const used = async (given: Partial<StoredResponse>) => {
    const budget = new ByteBudget(1_000_000);
    assert.ok(await put(new MemoryStore(budget), budget, { size: 0, ...given }));
    return budget.used;
  };
  const bare = await used({});
  assert.ok(bare >= 1_000, `${bare} bytes`);
  assert.ok(await used({ key: `http://a/${"k".repeat(10_000)}` }) >= bare + 10_000);
  assert.ok(await used({ fields: [["x-a", "v".repeat(10_000)]] }) >= bare + 10_000);
  assert.ok(await used({ selecting: language("s".repeat(10_000)) }) >= bare + 10_000);
});

test("MemoryStore keeps what is used under a scan of responses used once (A38)", async () => {
  const budget = new ByteBudget(300_000);
  const store = new MemoryStore(budget);
  let hits = 0;
  for (let i = 0; i < 5_000; i++) {
    const isHot = i % 5 === 0;
    const key = isHot ? `http://a/hot/${(i / 5) % 10}` : `http://a/scan/${i}`;
    const stored = store.get(key)?.[0];
    if (stored) store.touch(stored);
    else assert.ok(await put(store, budget, { key, size: 2_000 }));
    if (isHot && stored) hits++;
  }
  assert.ok(hits >= 900, `${hits} of 1000`);
});

test("MemoryStore keeps the rank of a used response when it is refreshed, by a 200 or a 304", async () => {
  const budget = new ByteBudget(100_000);
  const store = new MemoryStore(budget);
  for (const key of ["http://a/new", "http://a/freshened"]) assert.ok(await put(store, budget, { key, size: 1_000 }));
  for (let round = 0; round < 20; round++) {
    const [fresh] = store.get("http://a/new") ?? [];
    const [old] = store.get("http://a/freshened") ?? [];
    assert.ok(fresh && old, `gone in round ${round}`);
    store.touch(fresh);
    store.touch(old);
    assert.ok(await put(store, budget, { key: "http://a/new", size: 1_000 }));
    assert.ok(store.replace(old, { ...old }));
    for (let i = 0; i < 40; i++) assert.ok(await put(store, budget, { key: `http://a/${round}/${i}`, size: 1_000 }));
  }
});

test("MemoryStore does not put what cannot fit, and owes nothing for it", async () => {
  const budget = new ByteBudget(10_000);
  const store = new MemoryStore(budget);
  assert.ok(await put(store, budget, { key: "http://a/small", size: 10 }));
  const large = await storedResponse(budget, { key: "http://a/large", size: 9_500 }) ?? assert.fail();
  assert.equal(store.put(large), false);
  assert.deepEqual([store.get("http://a/large"), large.body.heldBytes], [undefined, 9_500]);
  large.body.release();
  assert.deepEqual([store.size, budget.used], [0, 0]);
});

test("MemoryStore.replace() gives a response up when its new fields cannot fit", async () => {
  const budget = new ByteBudget(10_000);
  const store = new MemoryStore(budget);
  const stored = await storedResponse(budget, { size: 5_000 }) ?? assert.fail();
  assert.ok(store.put(stored));
  assert.equal(store.replace(stored, { ...stored, fields: [["x-a", "v".repeat(9_000)]] }), false);
  assert.deepEqual([store.get(stored.key), store.size, budget.used], [undefined, 0, 0]);
});

test("MemoryStore does not count a body twice that gave its memory back by itself", async () => {
  const budget = new ByteBudget(100_000);
  const store = new MemoryStore(budget);
  const stored = await storedResponse(budget, { size: 50_000 }) ?? assert.fail();
  assert.ok(store.put(stored));
  stored.body.release();
  assert.ok(budget.reserve(90_000)); // nothing or little has to go for it
  store.remove(stored.key);
  assert.equal(budget.used, 90_000);
});

test("MemoryStore keeps within its budget and its books in order, whatever happens", async () => {
  const action = fc.constantFrom("put", "put", "touch", "remove", "replace", "reserve", "release");
  const step = fc.tuple(action, fc.nat(5), fc.nat(3), fc.nat(9_000));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const budget = new ByteBudget(30_000);
      const store = new MemoryStore(budget);
      let reserved = 0;
      for (const [what, path, variant, size] of steps) {
        const key = `http://a/${path}`;
        const stored = store.get(key)?.[variant];
        if (what === "put") {
          const selecting = variant === 0 ? storedSelection : language(`x-${variant}`);
          const isStored = await put(store, budget, { key, size, selecting });
          if (isStored) assert.ok(store.get(key)?.[0]?.body.heldBytes === size);
        } else if (what === "touch" && stored) store.touch(stored);
        else if (what === "remove") store.remove(key);
        else if (what === "replace" && stored) {
          const next = {
            ...stored,
            fields: [["x-a", "v".repeat(size)]] as const,
            selecting: language(`x-${size % 3}`),
          };
          assert.equal(store.replace(stored, next), store.get(key)?.[0] === next);
        } else if (what === "reserve" && budget.reserve(size)) reserved += size;
        else if (what === "release" && stored) stored.body.release();
        const held = Array.from({ length: 6 }, (_, i) => store.get(`http://a/${i}`) ?? []).flat();
        assert.equal(store.size, held.length);
        assert.ok(held.every((response) => response.key.startsWith("http://a/")));
        const bodies = held.reduce((sum, { body }) => sum + body.heldBytes, 0);
        assert.ok(budget.used >= reserved + bodies + 1_000 * held.length, "something held is not counted");
        assert.ok(budget.used <= budget.limit, `${budget.used} bytes are used`);
      }
      for (let i = 0; i < 6; i++) store.remove(`http://a/${i}`);
      assert.deepEqual([store.size, budget.used], [0, reserved]);
    }),
    { numRuns: 200 },
  );
});

const storedSelection = { names: [], values: [] };
