import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Entry, S3Fifo } from "../../src/storage/s3-fifo.ts";

/** A cache of one-byte values, as large as given, and what it evicted. */
function cacheOf(capacity: number) {
  const evicted: string[] = [];
  const entries = new Map<string, Entry<string>>();
  const queues = new S3Fifo<string>((value) => {
    entries.delete(value);
    evicted.push(value);
  });
  const add = (name: string) => {
    while (queues.count >= capacity) assert.ok(queues.evictOne());
    entries.set(name, queues.add(name, name, 1));
  };
  const request = (name: string): boolean => {
    const entry = entries.get(name);
    if (entry) queues.touch(entry);
    else add(name);
    return entry !== undefined;
  };
  return { queues, entries, evicted, add, request };
}

test("S3Fifo evicts unused entries in the order they came, and then says that none is left", () => {
  const { queues, evicted, add } = cacheOf(9);
  for (const name of ["a", "b", "c"]) add(name);
  assert.deepEqual([queues.evictOne(), queues.evictOne(), queues.evictOne(), queues.evictOne()], [
    ...[true, true, true, false],
  ]);
  assert.deepEqual(evicted, ["a", "b", "c"]);
  assert.equal(queues.count, 0);
});

test("S3Fifo spares what was used, for as many rounds as it was used in", () => {
  const { queues, evicted, add, request } = cacheOf(9);
  for (const name of ["a", "b", "c"]) add(name);
  request("a");
  assert.ok(queues.evictOne() && queues.evictOne());
  assert.deepEqual(evicted, ["b", "c"]);
  for (let i = 0; i < 10; i++) request("a");
  add("d");
  request("d");
  add("e");
  while (queues.evictOne());
  assert.equal(evicted[2], "e");
  assert.deepEqual(new Set(evicted), new Set(["a", "b", "c", "d", "e"]));
});

test("S3Fifo takes a name it evicted a short time ago straight to the main queue", () => {
  const { queues, evicted, add } = cacheOf(99);
  add("a");
  assert.ok(queues.evictOne());
  add("a");
  add("b");
  assert.ok(queues.evictOne());
  assert.deepEqual(evicted, ["a", "b"]); // newer than "a", yet still on probation
});

test("S3Fifo.supersede() hands the place of a used entry to its successor", () => {
  const { queues, entries, evicted, add, request } = cacheOf(99);
  for (const name of ["a", "b"]) add(name);
  request("a");
  for (const name of ["a", "b"]) {
    queues.supersede(entries.get(name) as Entry<string>);
    add(name);
  }
  assert.equal(queues.count, 2);
  assert.ok(queues.evictOne());
  assert.deepEqual(evicted, ["b"]);
});

test("S3Fifo.remove() takes an entry out once, without a word to the owner", () => {
  const { queues, entries, evicted, add } = cacheOf(9);
  for (const name of ["a", "b", "c"]) add(name);
  const entry = entries.get("b") as Entry<string>;
  queues.remove(entry);
  queues.remove(entry);
  assert.equal(queues.count, 2);
  while (queues.evictOne());
  assert.deepEqual(evicted, ["a", "c"]);
});

test("S3Fifo keeps a hot set under a scan of names seen once (A38: at least 90 % hits)", () => {
  const { request } = cacheOf(1000);
  let hits = 0;
  let hotRequests = 0;
  for (let i = 0; i < 200_000; i++) {
    if (i % 5 !== 0) request(`scan-${i}`);
    else {
      hotRequests++;
      if (request(`hot-${(hotRequests * 37) % 100}`)) hits++;
    }
  }
  assert.ok(hits / hotRequests >= 0.9, `${hits} of ${hotRequests}`);
});

test("S3Fifo counts and evicts every entry exactly once, whatever happens to it", () => {
  const step = fc.tuple(
    fc.constantFrom("add", "touch", "remove", "supersede", "evict"),
    fc.nat(15),
    fc.integer({ min: 0, max: 9 }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const held = new Map<string, Entry<string>>();
      const queues = new S3Fifo<string>((value) => assert.ok(held.delete(value), `${value} was not held`));
      for (const [action, number, bytes] of steps) {
        const name = `n${number}`;
        const entry = held.get(name);
        if (action === "evict") {
          const before = held.size;
          assert.equal(queues.evictOne(), before > 0);
          assert.equal(held.size, Math.max(0, before - 1));
        } else if (action === "add" && !entry) held.set(name, queues.add(name, name, bytes));
        else if (action === "touch" && entry) queues.touch(entry);
        else if (action === "remove" && entry) {
          held.delete(name);
          queues.remove(entry);
        } else if (action === "supersede" && entry) {
          queues.supersede(entry);
          held.set(name, queues.add(name, name, bytes));
        }
        assert.equal(queues.count, held.size);
      }
      while (queues.evictOne());
      assert.equal(held.size, 0);
    }),
    { numRuns: 300 },
  );
});
