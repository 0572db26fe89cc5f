// Readers of a windowed body who are too slow for the others.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { BodyRefill, GrowingBodyOptions } from "../../src/storage/body-settings.ts";
import { GrowingBody } from "../../src/storage/growing-body.ts";
import { BodyClient } from "../support/body-client.ts";
import { bodyOptions } from "../support/body-options.ts";
import { ByteSource, chunked, someBytes } from "../support/byte-source.ts";
import { ManualClock } from "../support/manual-clock.ts";

const BYTES = someBytes(60_000);

interface Setup extends Partial<GrowingBodyOptions> {
  /** What a range request brings; nothing can be asked for again by default. */
  readonly range?: BodyRefill["range"];
}

/** A windowed body of `BYTES`, read 1,000 bytes ahead in chunks of 100. */
function windowed({ range, ...given }: Setup = {}) {
  const clock = new ManualClock();
  const left: number[] = [];
  const events = { leftBehind: (readers: number) => void left.push(readers) };
  const options = bodyOptions({ clock, timers: clock, events, ...given });
  const nothing = () => Promise.resolve(undefined);
  const refill = range && { range, resume: nothing, again: nothing };
  const source = new ByteSource(chunked(BYTES, 100), "closed");
  const body = new GrowingBody(source.stream, { length: undefined, retain: false, typed: true, refill }, options);
  return { body, clock, left, source, options };
}

/** Ranges of `BYTES`, and which were asked for. */
function ranges() {
  const asked: [first: number, last: number | undefined][] = [];
  const range: BodyRefill["range"] = (first, last) => {
    asked.push([first, last]);
    const bytes = BYTES.slice(first, last === undefined ? undefined : last + 1);
    return Promise.resolve(new ByteSource(chunked(bytes, 777), "closed").stream);
  };
  return { asked, range };
}

test("readers stalled at different positions cost the fast one the limit once, all together", async () => {
  const { range, asked } = ranges();
  const { body, clock, left } = windowed({ range });
  const stalled = Array.from({ length: 7 }, () => new BodyClient(body));
  const fast = new BodyClient(body);
  for (const [i, client] of stalled.entries()) await client.readUntil(i * 100);
  const reading = fast.readToEnd();
  await nextTurn();
  assert.equal(fast.received.length, 1_000);
  clock.advance(999);
  await nextTurn();
  assert.equal(fast.received.length, 1_000);
  clock.advance(1);
  await reading; // no time goes by any more
  assert.deepEqual(fast.bytes, BYTES);
  assert.equal(left.reduce((sum, readers) => sum + readers, 0), 7);
  assert.deepEqual(asked, [], "nothing is fetched for one who does not read");
  assert.equal(await body.done, "passed");
  assert.equal(clock.waiting, 0);
});

test("one who was left behind goes on by a range of its own, from where it was", async () => {
  const { range, asked } = ranges();
  const { body, clock } = windowed({ range });
  const [slow, part, fast] = [new BodyClient(body), new BodyClient(body, 50, 20_000), new BodyClient(body)];
  await slow.readUntil(100);
  const reading = fast.readToEnd();
  await nextTurn();
  clock.advance(1_000);
  await reading;
  await Promise.all([slow.readToEnd(), part.readToEnd()]);
  assert.deepEqual(slow.bytes, BYTES);
  assert.deepEqual(part.bytes, BYTES.slice(50, 20_001));
  assert.deepEqual(asked, [[100, undefined], [50, 20_000]]);
  assert.deepEqual([slow.ends, part.ends], [[[60_000, true]], [[19_951, true]]]);
});

for (
  const [what, range] of [
    ["cannot be asked for", () => Promise.resolve(undefined)],
    ["is too short", () => Promise.resolve(new ByteSource([BYTES.slice(100, 150)], "closed").stream)],
    ["is too long", () => Promise.resolve(new ByteSource([BYTES.slice(100, 9_000)], "closed").stream)],
    ["breaks off", () => Promise.resolve(new ByteSource([], { error: new Error("reset") }).stream)],
  ] as const
) {
  test(`one who was left behind is broken off where its range ${what}`, async () => {
    const { body, clock } = windowed({ range });
    const [slow, fast] = [new BodyClient(body, 0, 8_000), new BodyClient(body)];
    await slow.readUntil(100);
    const reading = fast.readToEnd();
    await nextTurn();
    clock.advance(1_000);
    await reading;
    await slow.readToEnd();
    assert.ok(slow.error !== undefined);
    assert.ok(slow.received.length <= 150);
    assert.deepEqual(slow.ends, [[slow.received.length, false]]);
  });
}

test("one who was left behind is broken off at once where nothing can be asked for again", async () => {
  const { body, clock } = windowed();
  const [slow, fast] = [new BodyClient(body), new BodyClient(body)];
  await slow.readUntil(100);
  const reading = fast.readToEnd();
  await nextTurn();
  clock.advance(1_000);
  await reading;
  assert.deepEqual(slow.ends, [[100, false]]);
  assert.match(String((await slow.readToEnd()).error), /too slowly/);
});

test("one who was left behind and goes gives up its range, and is told of once", async () => {
  const own = new ByteSource(chunked(BYTES, 100));
  const { body, clock } = windowed({ range: () => Promise.resolve(own.stream) });
  const [slow, fast] = [new BodyClient(body), new BodyClient(body)];
  const reading = fast.readToEnd();
  await nextTurn();
  clock.advance(1_000);
  await reading;
  await slow.read();
  await slow.leave();
  assert.ok(own.cancelled);
  assert.deepEqual(slow.ends, [[100, false]]);
});

test("one who was left behind and goes before its range has come gives it up when it comes", async () => {
  const own = new ByteSource(chunked(BYTES, 100));
  const asked = Promise.withResolvers<ReadableStream<Uint8Array>>();
  const { body, clock } = windowed({ range: () => asked.promise });
  const [slow, fast] = [new BodyClient(body), new BodyClient(body)];
  const reading = fast.readToEnd();
  await nextTurn();
  clock.advance(1_000);
  await reading;
  const pending = slow.read();
  await slow.leave();
  asked.resolve(own.stream);
  await pending;
  await nextTurn();
  assert.ok(own.cancelled);
});

test("one who moves on a little all the time is left behind too, and costs a tenth of the speed until then", async () => {
  const { range } = ranges();
  const { body, clock, left } = windowed({ range });
  const [slow, fast] = [new BodyClient(body), new BodyClient(body)];
  const reading = fast.readToEnd();
  for (let i = 0; i < 30; i++) {
    await nextTurn();
    clock.advance(100); // the fast one waits all this time for 100 bytes of the slow one
    await slow.readUntil(slow.received.length + 1);
  }
  await reading;
  assert.deepEqual(left, [1]);
  assert.deepEqual((await slow.readToEnd()).bytes, BYTES);
});

test("a slow reader for whom nobody waits is not left behind", async () => {
  const { body, clock, left } = windowed();
  const [one, other] = [new BodyClient(body), new BodyClient(body)];
  while (!one.over) {
    await nextTurn();
    clock.advance(30_000);
    await Promise.all([one.read(), other.read()]);
  }
  await other.readToEnd();
  assert.deepEqual([one.bytes, other.bytes, left], [BYTES, BYTES, []]);
});

test("the rest of a window does not wait for ever for one who takes nothing of it after all has come", async () => {
  const { body, clock, options } = windowed({ window: 100_000 });
  const [stalled, slow] = [new BodyClient(body), new BodyClient(body)];
  assert.equal(await body.done, "passed");
  clock.advance(59_000);
  await slow.read();
  await stalled.read();
  clock.advance(1_000);
  await slow.read();
  clock.advance(60_000);
  assert.deepEqual([stalled.ends, slow.ends], [[[100, false]], []]);
  await slow.readToEnd();
  assert.deepEqual(slow.bytes, BYTES);
  assert.deepEqual([options.inFlight.used, clock.waiting], [0, 0]);
});

test("a reader whose range has not come yet is brought to it, however little room there is", async () => {
  const { body, options } = windowed();
  options.inFlight.force(options.inFlight.limit);
  const client = await new BodyClient(body, 20_000, 20_999).readToEnd();
  assert.deepEqual(client.bytes, BYTES.slice(20_000, 21_000));
});

test("a windowed body counts what it holds as in flight, and reads no further while there is no room for more", async () => {
  const { body, options, source } = windowed({ window: 50_000 });
  options.inFlight.force(options.inFlight.limit - 350);
  const client = new BodyClient(body);
  await nextTurn();
  assert.equal(source.pulled, 4);
  assert.equal(options.inFlight.used, options.inFlight.limit + 50);
  assert.deepEqual((await client.readToEnd()).bytes, BYTES);
  assert.equal(options.inFlight.used, options.inFlight.limit - 350);
});
