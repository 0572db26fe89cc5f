import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { ByteBudget } from "../../src/storage/byte-budget.ts";
import type { BodyFacts, GrowingBodyOptions } from "../../src/storage/body-settings.ts";
import { GrowingBody } from "../../src/storage/growing-body.ts";
import { bodyOptions } from "../support/body-options.ts";
import { BodyClient as Client } from "../support/body-client.ts";
import { ByteSource, chunked, someBytes } from "../support/byte-source.ts";
import { ManualClock } from "../support/manual-clock.ts";

interface Setup extends Partial<Omit<GrowingBodyOptions, "timers">>, Partial<BodyFacts> {}

/** A body over a source, with its budget and clock. Retained and of unknown length unless said otherwise. */
function bodyOf(source: ByteSource | null, setup: Setup = {}) {
  const { length, retain = true, typed = true, isForStore = true, refill, ...given } = setup;
  const clock = new ManualClock();
  const options = bodyOptions({ clock, timers: clock, ...given });
  const facts = { length, retain, typed, isForStore, refill };
  const body = new GrowingBody(source?.stream ?? null, facts, options);
  return { body, budget: options.budget, inFlight: options.inFlight, clock };
}

const view = (bytes: Uint8Array, from = 0, to = bytes.byteLength) => Uint8Array.from(bytes.subarray(from, to));

test("GrowingBody gives readers of any speed, early and late, the same bytes", async () => {
  const bytes = someBytes(5_000);
  const source = new ByteSource();
  const { body, budget } = bodyOf(source, { length: 5_000 });
  const early = new Client(body);
  const slow = new Client(body);
  source.push(...chunked(bytes.subarray(0, 3_000), 700));
  await early.readUntil(3_000);
  await slow.read();
  const late = new Client(body);
  assert.ok(body.joinable && body.retained && body.sealed === undefined);
  source.push(...chunked(bytes.subarray(3_000), 700));
  source.close();
  for (const client of [slow, late, early]) assert.deepEqual((await client.readToEnd()).bytes, bytes);
  assert.deepEqual([early.ends, slow.ends, late.ends], [[[5_000, true]], [[5_000, true]], [[5_000, true]]]);
  assert.equal(await body.done, "retained");
  assert.deepEqual(body.sealed, bytes);
  assert.deepEqual([body.heldBytes, budget.used], [5_000, 5_000]);
  body.release();
  body.release();
  assert.equal(budget.used, 0);
});

test("GrowingBody answers ranges while it grows, each as soon as its own bytes are there", async () => {
  const bytes = someBytes(1_000);
  const source = new ByteSource(chunked(bytes.subarray(0, 500), 100));
  const { body } = bodyOf(source, { length: 1_000 });
  const first = await new Client(body, 0, 99).readToEnd();
  const across = await new Client(body, 150, 349).readToEnd();
  const exact = await new Client(body, 499, 499).readToEnd();
  assert.deepEqual([first.bytes, across.bytes, exact.bytes], [
    view(bytes, 0, 100),
    view(bytes, 150, 350),
    view(bytes, 499, 500),
  ]);
  assert.deepEqual([first.ends, across.ends, exact.ends], [[[100, true]], [[200, true]], [[1, true]]]);
  const ahead = new Client(body, 600, 999);
  const aheadEnded = ahead.readToEnd();
  await nextTurn();
  assert.equal(ahead.received.length, 0);
  source.push(bytes.slice(500));
  source.close();
  await aheadEnded;
  assert.deepEqual(ahead.bytes, view(bytes, 600, 1_000));
  assert.equal(await body.done, "retained");
});

test("GrowingBody grows when the length is unknown, and is sealed at its exact size", async () => {
  for (const size of [0, 1, 16_384, 16_385, 100_000]) {
    const bytes = someBytes(size);
    const { body, budget } = bodyOf(new ByteSource(chunked(bytes, 4_999), "closed"));
    assert.equal(body.length, undefined);
    assert.equal(await body.done, "retained");
    const sealed = body.sealed as Uint8Array;
    assert.deepEqual(sealed, bytes);
    assert.equal(sealed.buffer.byteLength, size);
    assert.deepEqual([body.length, body.heldBytes, budget.used], [size, size, size]);
  }
});

test("GrowingBody retains a small body of unknown length even where the limit is below its first allocation", async () => {
  const { body } = bodyOf(new ByteSource([someBytes(100)], "closed"), { retainLimit: 100 });
  assert.equal(await body.done, "retained");
});

test("GrowingBody without a source is complete and empty at once", async () => {
  const { body, budget } = bodyOf(null, { length: 7 });
  assert.deepEqual([body.length, body.sealed], [0, new Uint8Array(0)]);
  assert.equal(await body.done, "retained");
  assert.equal(budget.used, 0);
  assert.deepEqual((await new Client(body).readToEnd()).ends, [[0, true]]);
});

test("GrowingBody is not disturbed by empty chunks", async () => {
  for (const retain of [true, false]) {
    const none = new Uint8Array(0);
    const source = new ByteSource([none, someBytes(3), none, none, someBytes(2, 3), none], "closed");
    const { body } = bodyOf(source, { length: 5, retain });
    const client = await new Client(body).readToEnd();
    assert.deepEqual(client.bytes, view(someBytes(5)));
    assert.equal(client.reads, 3);
    assert.equal(await body.done, retain ? "retained" : "passed");
  }
});

test("GrowingBody takes the sealed form from its options when the response is typed, else plain bytes", async () => {
  const seal = (bytes: Uint8Array<ArrayBuffer>) => new Blob([bytes]);
  const typed = bodyOf(new ByteSource([someBytes(9)], "closed"), { seal }).body;
  const plain = bodyOf(new ByteSource([someBytes(9)], "closed"), { seal, typed: false }).body;
  await Promise.all([typed.done, plain.done]);
  assert.ok(typed.sealed instanceof Blob);
  assert.deepEqual(plain.sealed, someBytes(9));
});

test("GrowingBody lets go of its buffer once it is sealed and the last reader is gone", async () => {
  const bytes = someBytes(1_000);
  const { body } = bodyOf(new ByteSource(chunked(bytes, 100), "closed"), { length: 1_000 });
  const [slow, gone] = [new Client(body), new Client(body)];
  assert.equal(await body.done, "retained");
  await gone.leave();
  assert.deepEqual((await slow.readToEnd()).bytes, bytes); // under way when it was sealed
  const tooLate = await new Client(body).readToEnd();
  assert.match(String(tooLate.error), /no longer held/); // never an empty body that looks complete
  assert.deepEqual(tooLate.ends, [[0, false]]);
  assert.deepEqual(body.sealed, bytes);
  const unread = bodyOf(new ByteSource(chunked(bytes, 100), "closed")).body;
  await unread.done;
  assert.match(String((await new Client(unread).readToEnd()).error), /no longer held/);
});

test("a windowed GrowingBody reads its source no further than the window ahead of its slowest reader", async () => {
  const bytes = someBytes(100_000);
  const source = new ByteSource(chunked(bytes, 5_000), "closed");
  const { body, budget } = bodyOf(source, { retain: false, window: 50_000 });
  await nextTurn();
  assert.equal(source.pulled, 10);
  const [fast, slow] = [new Client(body), new Client(body)];
  await fast.readUntil(50_000);
  await nextTurn();
  assert.equal(source.pulled, 10);
  await slow.readUntil(15_000);
  await nextTurn();
  assert.equal(source.pulled, 13);
  assert.equal(body.joinable, false);
  await Promise.all([fast.readToEnd(), slow.readToEnd()]);
  assert.deepEqual([fast.bytes, slow.bytes], [view(bytes), view(bytes)]);
  assert.equal(await body.done, "passed");
  assert.equal(budget.used, 0);
  assert.deepEqual([body.sealed, body.length, body.retained, budget.used], [undefined, 100_000, false, 0]);
});

test("a windowed GrowingBody can be joined until its first byte is dropped, and never gives other bytes for it", async () => {
  const bytes = someBytes(3_000);
  const source = new ByteSource(chunked(bytes, 500), "closed");
  const { body } = bodyOf(source, { retain: false });
  await nextTurn();
  const first = new Client(body);
  assert.ok(body.joinable);
  const joined = new Client(body);
  await first.read();
  await nextTurn();
  assert.ok(body.joinable);
  await joined.read();
  await nextTurn();
  assert.ok(!body.joinable);
  const tooLate = await new Client(body).readToEnd();
  assert.match(String(tooLate.error), /no longer held/);
  assert.deepEqual(tooLate.received, []);
  await Promise.all([first.readToEnd(), joined.readToEnd()]);
  assert.deepEqual([first.bytes, joined.bytes], [view(bytes), view(bytes)]);
});

test("a windowed GrowingBody packs small chunks that pile up", async () => {
  const bytes = someBytes(50_000);
  const { body } = bodyOf(new ByteSource(chunked(bytes, 7), "closed"), { retain: false, window: 60_000 });
  assert.equal(await body.done, "passed");
  const client = await new Client(body).readToEnd();
  assert.deepEqual(client.bytes, bytes);
  assert.ok(client.reads < 10, `${client.reads} reads`);
});

test("GrowingBody breaks off a reader that takes nothing for the stall limit, however patient the others are", async () => {
  const bytes = someBytes(5_000);
  const setup = { retain: false, laggardLimit: 1_000_000 };
  const { body, clock } = bodyOf(new ByteSource(chunked(bytes, 100), "closed"), setup);
  const [fast, stalled] = [new Client(body), new Client(body)];
  await stalled.read();
  await fast.readUntil(1_100);
  const fastEnded = fast.readToEnd();
  await nextTurn();
  clock.advance(59_999);
  await nextTurn();
  assert.deepEqual([stalled.ends, fast.received.length], [[], 1_100]);
  clock.advance(1);
  await fastEnded;
  assert.deepEqual(fast.bytes, bytes);
  assert.match(String((await stalled.readToEnd()).error), /too slowly/);
  assert.deepEqual([fast.ends, stalled.ends], [[[5_000, true]], [[100, false]]]);
  assert.equal(await body.done, "passed");
  assert.equal(clock.waiting, 0);
});

test("GrowingBody gives a stalled reader no more time because others come, read or leave", async () => {
  const { body, clock } = bodyOf(new ByteSource(chunked(someBytes(5_000), 100), "closed"), { retain: false });
  const stalled = new Client(body);
  await nextTurn();
  for (let i = 0; i < 3; i++) {
    const other = new Client(body);
    await other.readUntil(500);
    clock.advance(20_000);
    await other.leave();
    await nextTurn();
  }
  assert.deepEqual(stalled.ends, [[0, false]]);
});

test("GrowingBody gives a reader that moves, however slowly, its time anew", async () => {
  const bytes = someBytes(3_000);
  const { body, clock } = bodyOf(new ByteSource(chunked(bytes, 100), "closed"), { retain: false });
  const slow = new Client(body);
  while (!slow.over) {
    await nextTurn();
    clock.advance(59_000);
    await slow.read();
  }
  assert.deepEqual(slow.bytes, bytes);
});

test("GrowingBody is given up when nobody comes to read what will not be stored", async () => {
  const source = new ByteSource(chunked(someBytes(5_000), 100), "closed");
  const { body, clock } = bodyOf(source, { retain: false });
  await nextTurn();
  clock.advance(60_000);
  assert.equal(await body.done, "failed");
  assert.ok(source.cancelled);
});

test("GrowingBody becomes windowed when it outgrows its limit, and every reader still gets all of it", async () => {
  const bytes = someBytes(50_000);
  const source = new ByteSource(chunked(bytes, 1_000), "closed");
  const { body, budget } = bodyOf(source, { retainLimit: 20_000, window: 5_000 });
  const [fast, slow] = [new Client(body), new Client(body)];
  await fast.readUntil(20_000);
  await nextTurn();
  assert.ok(!body.retained && body.joinable);
  assert.equal(budget.used, 21_000); // the slow reader keeps its buffer alive
  assert.equal(source.pulled, 21);
  await slow.readUntil(20_000);
  await Promise.all([fast.read(), slow.read()]);
  await nextTurn();
  assert.ok(budget.used < 10_000, String(budget.used)); // only what is read ahead
  assert.ok(!body.joinable);
  await Promise.all([fast.readToEnd(), slow.readToEnd()]);
  assert.deepEqual([fast.bytes, slow.bytes], [view(bytes), view(bytes)]);
  assert.equal(await body.done, "passed");
});

test("GrowingBody becomes windowed when the budget refuses, at its start or while it grows", async () => {
  const bytes = someBytes(50_000);
  for (
    const [limit, length] of [[1_000, 50_000], [1_000, undefined], [20_000, undefined], [40_000, undefined]] as const
  ) {
    const budget = new ByteBudget(limit);
    const { body } = bodyOf(new ByteSource(chunked(bytes, 999), "closed"), { budget, length });
    const clients = [new Client(body), new Client(body)];
    await Promise.all(clients.map((client) => client.readToEnd()));
    for (const client of clients) assert.deepEqual(client.bytes, bytes);
    assert.equal(await body.done, "passed");
    assert.equal(budget.used, 0);
  }
});

test("GrowingBody that outgrows its limit waits for its first reader, who gets all of it", async () => {
  const bytes = someBytes(5_000);
  const { body } = bodyOf(new ByteSource(chunked(bytes, 2_000), "closed"), { retainLimit: 1_000 });
  await nextTurn();
  assert.ok(body.joinable);
  assert.deepEqual((await new Client(body).readToEnd()).bytes, bytes);
  assert.equal(await body.done, "passed");
});

test("GrowingBody keeps the reservation of a buffer that its last reader still needs after the end", async () => {
  const bytes = someBytes(2_000);
  const source = new ByteSource(chunked(bytes, 1_000), "closed");
  const { body, budget } = bodyOf(source, { retainLimit: 1_000, window: 10_000 });
  const client = new Client(body);
  assert.equal(await body.done, "passed");
  assert.equal(budget.used, 2_000);
  assert.deepEqual((await client.readToEnd()).bytes, bytes);
  assert.equal(budget.used, 0);
});

test("GrowingBody that outgrows its limit is given up when all its readers have gone", async () => {
  const source = new ByteSource(chunked(someBytes(1_000), 500));
  const { body, budget } = bodyOf(source, { retainLimit: 1_000 });
  const client = new Client(body);
  await client.read();
  await client.leave();
  assert.equal(source.cancelled, undefined); // it is still to be stored
  source.push(someBytes(500));
  assert.equal(await body.done, "failed");
  assert.ok(source.cancelled);
  assert.equal(budget.used, 0);
});

test("GrowingBody that becomes windowed under a reader of later bytes keeps their positions", async () => {
  const bytes = someBytes(5_000);
  const source = new ByteSource(chunked(bytes, 500));
  const { body } = bodyOf(source, { retainLimit: 1_000 });
  const later = new Client(body, 4_000, 4_499);
  await later.readToEnd();
  assert.deepEqual(later.bytes, view(bytes, 4_000, 4_500));
});

test("GrowingBody fails when fewer bytes come than were declared, retained or not (T11, A19)", async () => {
  for (const retain of [true, false]) {
    const { body, budget } = bodyOf(new ByteSource([someBytes(500)], "closed"), { length: 1_000, retain });
    const client = await new Client(body).readToEnd();
    assert.match(String(client.error), /500 of 1000 bytes/);
    assert.deepEqual([client.bytes, client.ends], [view(someBytes(500)), [[500, false]]]);
    assert.equal(await body.done, "failed");
    assert.deepEqual([body.sealed, body.joinable, body.retained, budget.used], [undefined, false, false, 0]);
    const late = await new Client(body, 900, 999).readToEnd();
    assert.match(String(late.error), /500 of 1000 bytes/);
  }
});

test("GrowingBody fails when more bytes come than were declared, and passes none of the surplus on (A25)", async () => {
  for (const retain of [true, false]) {
    for (const chunks of [[1_000, 1], [600, 600], [5_000], [1_000, 100_000]]) {
      const source = new ByteSource(chunks.map((size) => someBytes(size)));
      const { body, budget } = bodyOf(source, { length: 1_000, retain, window: 10_000 });
      const client = await new Client(body).readToEnd();
      assert.match(String(client.error), /more than its 1000 bytes/);
      assert.ok(client.received.length <= 1_000);
      assert.equal(await body.done, "failed");
      assert.ok(source.cancelled);
      assert.equal(budget.used, 0);
    }
  }
});

test("GrowingBody passes a failure of its source on to readers that wait and to those that come later", async () => {
  for (const retain of [true, false]) {
    const source = new ByteSource([someBytes(100)]);
    const { body, budget } = bodyOf(source, { retain });
    const [waiting, idle] = [new Client(body), new Client(body)];
    await waiting.read();
    const waited = waiting.read();
    await nextTurn();
    const reset = new Error("reset");
    source.fail(reset);
    assert.equal(await body.done, "failed");
    await waited;
    assert.equal(waiting.error, reset);
    await idle.readToEnd();
    assert.deepEqual([idle.error, idle.bytes], [reset, view(someBytes(100))]); // what had come is not withheld
    assert.equal((await new Client(body, 100).readToEnd()).error, reset);
    assert.deepEqual([waiting.ends, budget.used], [[[100, false]], 0]);
  }
});

test("GrowingBody fails, and does not throw, when its source errors without a reason or sealing fails", async () => {
  const source = new ByteSource([], { error: undefined });
  const silent = bodyOf(source);
  assert.equal(await silent.body.done, "failed");
  assert.ok((await new Client(silent.body).readToEnd()).error instanceof Error);
  const unsealed = bodyOf(new ByteSource([someBytes(9)], "closed"), {
    seal: () => {
      throw new Error("no memory");
    },
  });
  assert.equal(await unsealed.body.done, "failed");
  assert.equal(unsealed.budget.used, 0);
});

test("GrowingBody goes on without readers when it will be stored, and is given up when it will not", async () => {
  const bytes = someBytes(1_000);
  const kept = new ByteSource(chunked(bytes.subarray(0, 500), 100));
  const retained = bodyOf(kept).body;
  const client = new Client(retained);
  await client.read();
  await client.leave();
  kept.push(bytes.slice(500));
  kept.close();
  assert.equal(await retained.done, "retained");
  assert.deepEqual(retained.sealed, bytes);
  assert.deepEqual(client.ends, [[100, false]]);

  const dropped = new ByteSource(chunked(bytes, 100));
  const { body: windowed } = bodyOf(dropped, { retain: false });
  const [one, other] = [new Client(windowed), new Client(windowed)];
  await one.leave();
  await nextTurn();
  assert.equal(dropped.cancelled, undefined);
  await other.leave();
  assert.ok(dropped.cancelled);
  assert.equal(await windowed.done, "failed");
});

test("GrowingBody.leaveUnread() gives up what nobody reads and nobody stores, and nothing else", async () => {
  const source = () => new ByteSource(chunked(someBytes(500), 100));
  const [stored, read, unread] = [source(), source(), source()];
  bodyOf(stored).body.leaveUnread();
  const { body } = bodyOf(read, { retain: false });
  const client = new Client(body);
  body.leaveUnread();
  bodyOf(unread, { retain: false }).body.leaveUnread();
  await nextTurn();
  assert.deepEqual([stored, read, unread].map(({ cancelled }) => cancelled !== undefined), [false, false, true]);
  await client.leave();
});

test("GrowingBody.abandon() stops the source, breaks its readers and gives the budget back, once", async () => {
  for (const retain of [true, false]) {
    const source = new ByteSource(chunked(someBytes(5_000), 500));
    const { body, budget, clock } = bodyOf(source, { retain });
    const client = new Client(body);
    await client.read();
    const reason = new Error("shutting down");
    body.abandon(reason);
    body.abandon(new Error("again"));
    assert.equal(await body.done, "failed");
    assert.deepEqual(source.cancelled, { reason });
    assert.equal((await client.readToEnd()).error, reason);
    assert.deepEqual([client.ends.length, budget.used, body.heldBytes, clock.waiting], [1, 0, 0, 0]);
  }
});

test("GrowingBody.abandon() does nothing to a body that is complete", async () => {
  const source = new ByteSource([someBytes(9)], "closed");
  const { body, budget } = bodyOf(source);
  await body.done;
  body.abandon();
  assert.deepEqual([body.sealed, budget.used, source.cancelled], [someBytes(9), 9, undefined]);
});

test("GrowingBody survives a source that cannot be cancelled", async () => {
  const stream = new ReadableStream<Uint8Array>({
    cancel: () => Promise.reject(new Error("cannot cancel")),
  }, { highWaterMark: 0 });
  const budget = new ByteBudget(100_000);
  const body = new GrowingBody(stream, { length: 9, retain: true, typed: true }, bodyOptions({ budget }));
  body.abandon();
  assert.equal(await body.done, "failed");
  assert.equal(budget.used, 0);
  await nextTurn(); // an unhandled rejection would fail this test
});

test("GrowingBody gives every reader its bytes and the budget back, whatever the sizes and speeds", async () => {
  const setup = fc.record({
    sizes: fc.array(fc.nat(3_000), { maxLength: 30 }),
    isDeclared: fc.boolean(),
    retain: fc.boolean(),
    window: fc.integer({ min: 1, max: 3_000 }),
    retainLimit: fc.integer({ min: 1, max: 60_000 }),
    limit: fc.integer({ min: 1, max: 60_000 }),
    steps: fc.array(fc.nat(3), { maxLength: 60 }),
  });
  await fc.assert(
    fc.asyncProperty(setup, async ({ sizes, isDeclared, steps, limit, ...options }) => {
      const total = sizes.reduce((sum, size) => sum + size, 0);
      const bytes = someBytes(total);
      let from = 0;
      const source = new ByteSource(sizes.map((size) => bytes.slice(from, from += size)), "closed");
      const budget = new ByteBudget(limit);
      const { body } = bodyOf(source, { ...options, budget, ...(isDeclared && { length: total }) });
      const clients = Array.from({ length: 4 }, () => new Client(body));
      for (const step of steps) {
        void clients[step]?.read();
        await nextTurn();
        assert.ok(budget.used >= 0 && budget.used <= limit + Math.max(0, ...sizes), "more than one chunk beyond");
      }
      await Promise.all(clients.map((client) => client.readToEnd()));
      const outcome = await body.done;
      for (const client of clients) {
        assert.deepEqual(client.bytes, bytes);
        assert.deepEqual(client.ends, [[total, true]]);
      }
      assert.equal(outcome === "retained", body.sealed !== undefined);
      assert.equal(budget.used, outcome === "retained" ? total : 0);
      body.release();
      assert.equal(budget.used, 0);
    }),
    { numRuns: 100 },
  );
});
