import assert from "node:assert/strict";
import { test } from "node:test";
import { joinSealed, joinStreams, sizeOf, sliceSealed, streamOf } from "../../src/storage/complete-body.ts";
import { ByteBudget } from "../../src/storage/byte-budget.ts";
import { GrowingBody, type SealedBody } from "../../src/storage/growing-body.ts";
import { bodyOptions } from "../support/body-options.ts";
import { ByteSource, chunked, someBytes } from "../support/byte-source.ts";

const BYTES = someBytes(100);
const FORMS: readonly SealedBody[] = [BYTES, new Blob([BYTES])];

const bytesOf = async (body: SealedBody | ReadableStream<Uint8Array>) =>
  new Uint8Array(await new Response(body).arrayBuffer());

/** Room for one body of 100 bytes, and not for two. */
const scarceMemory = () => bodyOptions({ retainLimit: 120, window: 10, budget: new ByteBudget(150) });

test("sliceSealed() and sizeOf() treat bytes and blobs alike", async () => {
  for (const body of FORMS) {
    assert.equal(sizeOf(body), 100);
    for (const [from, to] of [[0, 100], [10, 20], [99, 100], [5, 5]] as const) {
      assert.deepEqual(await bytesOf(sliceSealed(body, from, to)), BYTES.slice(from, to));
    }
  }
});

test("joinSealed() puts bodies of either form behind each other", async () => {
  for (const one of FORMS) {
    assert.equal(joinSealed([one]), one);
    for (const two of FORMS) {
      const joined = joinSealed([sliceSealed(one, 0, 40), sliceSealed(two, 40, 40), sliceSealed(two, 40, 100)]);
      assert.deepEqual(await bytesOf(joined), BYTES);
    }
  }
  assert.equal(sizeOf(joinSealed([])), 0);
});

test("streamOf() gives a body in either form, an empty one too", async () => {
  for (const body of FORMS) assert.deepEqual(await bytesOf(streamOf(body)), BYTES);
  assert.equal((await bytesOf(streamOf(new Uint8Array()))).byteLength, 0);
});

test("joinStreams() reads each stream only when those before it have ended", async () => {
  const sources = [0, 50].map((from) => new ByteSource(chunked(BYTES.slice(from, from + 50), 10), "closed"));
  const reader = joinStreams(sources.map(({ stream }) => stream)).getReader();
  for (let i = 0; i < 5; i++) await reader.read();
  assert.equal(sources[1]?.pulled, 0);
  let rest = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) rest += next.value.byteLength;
  assert.equal(rest, 50);
});

test("joinStreams() ends at once when there is nothing to read", async () => {
  assert.equal((await bytesOf(joinStreams([]))).byteLength, 0);
});

test("joinStreams() cancels all streams that have not ended when its reader leaves", async () => {
  const sources = [new ByteSource([], "closed"), new ByteSource([BYTES]), new ByteSource([BYTES])];
  const reader = joinStreams(sources.map(({ stream }) => stream)).getReader();
  await reader.read();
  await reader.cancel("gone");
  assert.deepEqual(sources.map(({ cancelled }) => cancelled?.reason), [undefined, "gone", "gone"]);
});

test("joinStreams() gives up the streams behind one that fails", async () => {
  const error = new Error("broken");
  const sources = [new ByteSource([BYTES], { error }), new ByteSource([BYTES])];
  await assert.rejects(bytesOf(joinStreams(sources.map(({ stream }) => stream))), /broken/);
  assert.equal(sources[1]?.cancelled?.reason, error);
});

test("GrowingBody.complete() takes its size from the budget, and is refused where that is short", () => {
  const options = scarceMemory();
  const { budget } = options;
  const body = GrowingBody.complete(BYTES, true, options) ?? assert.fail("refused");
  assert.deepEqual([body.sealed, body.length, body.retained, body.heldBytes, budget.used], [
    BYTES,
    100,
    true,
    100,
    100,
  ]);
  assert.equal(GrowingBody.complete(BYTES, true, options), undefined, "no memory");
  assert.equal(budget.used, 100);
  body.release();
  assert.equal(GrowingBody.complete(someBytes(121), true, options), undefined, "too large");
  assert.equal(budget.used, 0);
});

test("GrowingBody.share() keeps the memory until the last holder has released it", () => {
  const options = scarceMemory();
  const { budget } = options;
  const body = GrowingBody.complete(BYTES, true, options) ?? assert.fail("refused");
  body.share();
  body.release();
  assert.deepEqual([body.heldBytes, budget.used], [100, 100]);
  body.release();
  assert.deepEqual([body.heldBytes, budget.used], [0, 0]);
  body.release();
  assert.equal(budget.used, 0, "once more does no harm");
});
