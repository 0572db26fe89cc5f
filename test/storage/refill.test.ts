// Bodies whose source breaks off, and that are received to their end all the same.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import type { BodyFacts, BodyRefill, GrowingBodyOptions } from "../../src/storage/body-settings.ts";
import { GrowingBody } from "../../src/storage/growing-body.ts";
import { BodyClient } from "../support/body-client.ts";
import { bodyOptions } from "../support/body-options.ts";
import { ByteSource, chunked, someBytes } from "../support/byte-source.ts";

const BYTES = someBytes(5_000);
const RESET = { error: new Error("reset") };

type Setup = Partial<GrowingBodyOptions & BodyFacts> & { readonly refilled: Partial<BodyRefill> };

function bodyOf(source: ByteSource, { refilled, length, retain = true, isForStore = true, ...given }: Setup) {
  const happened: string[] = [];
  const events = { resumed: () => void happened.push("resumed"), restarted: () => void happened.push("restarted") };
  const options = bodyOptions({ window: 100_000, events, ...given });
  const nothing = () => Promise.resolve(undefined);
  const refill = { resume: nothing, range: nothing, again: nothing, ...refilled };
  const body = new GrowingBody(source.stream, { length, retain, isForStore, typed: true, refill }, options);
  return { body, happened, options };
}

const cutAt = (position: number) => new ByteSource(chunked(BYTES.slice(0, position), 700), RESET);
const restFrom = (position: number) => new ByteSource(chunked(BYTES.slice(position), 900), "closed").stream;

test("a body that breaks off goes on from there, wherever that is, and its readers notice nothing", async () => {
  const setup = fc.record({
    cuts: fc.array(fc.integer({ min: 0, max: 4_999 }), { minLength: 1, maxLength: 3 }),
    retain: fc.boolean(),
    isDeclared: fc.boolean(),
  });
  await fc.assert(fc.asyncProperty(setup, async ({ cuts, retain, isDeclared }) => {
    const positions = [...new Set(cuts)].sort((a, b) => a - b);
    const asked: number[] = [];
    const resume = (position: number) => {
      asked.push(position);
      const next = positions[asked.length];
      if (next === undefined) return Promise.resolve(restFrom(position));
      return Promise.resolve(new ByteSource([BYTES.slice(position, next)], RESET).stream);
    };
    const length = isDeclared ? 5_000 : undefined;
    const { body, options, happened } = bodyOf(cutAt(positions[0]!), { refilled: { resume }, retain, length });
    const clients = [new BodyClient(body), new BodyClient(body, 10, 4_000)];
    await Promise.all(clients.map((client) => client.readToEnd()));
    assert.deepEqual(clients.map(({ bytes }) => bytes), [BYTES, BYTES.slice(10, 4_001)]);
    assert.deepEqual(asked, positions);
    assert.equal(happened.length, positions.length);
    assert.equal(await body.done, retain ? "retained" : "passed");
    body.release();
    assert.deepEqual([options.budget.used, options.inFlight.used], [0, 0]);
  }));
});

test("a body that ends short of its length is resumed, and one that was resumed short of it breaks off", async () => {
  const short = new ByteSource([BYTES.slice(0, 100)], "closed");
  const resumed = bodyOf(short, { length: 5_000, refilled: { resume: (from) => Promise.resolve(restFrom(from)) } });
  assert.deepEqual((await new BodyClient(resumed.body).readToEnd()).bytes, BYTES);
  const nothing = new ByteSource([], "closed").stream;
  const broken = bodyOf(new ByteSource([BYTES.slice(0, 100)], "closed"), {
    length: 5_000,
    refilled: { resume: () => Promise.resolve(nothing) },
  });
  const client = await new BodyClient(broken.body).readToEnd();
  assert.deepEqual(client.ends, [[100, false]]);
  assert.equal(await broken.body.done, "failed");
});

test("a body is resumed three times at most, and not where a rest has brought nothing", async () => {
  let asked = 0;
  const resume = (position: number) => {
    asked++;
    return Promise.resolve(new ByteSource([BYTES.slice(position, position + 100)], RESET).stream);
  };
  const { body } = bodyOf(cutAt(700), { refilled: { resume } });
  assert.equal((await new BodyClient(body).readToEnd()).received.length, 1_000);
  assert.equal(asked, 3);
  const empty = bodyOf(cutAt(700), {
    refilled: {
      resume: () => {
        asked++;
        return Promise.resolve(new ByteSource([], RESET).stream);
      },
    },
  });
  await new BodyClient(empty.body).readToEnd();
  assert.equal(asked, 4);
});

test("a body that goes on beyond its length is not resumed", async () => {
  let isAsked = false;
  const resume = () => {
    isAsked = true;
    return Promise.resolve(undefined);
  };
  const { body } = bodyOf(new ByteSource([BYTES], "closed"), { length: 4_000, refilled: { resume, again: resume } });
  await new BodyClient(body).readToEnd();
  assert.equal(await body.done, "failed");
  assert.equal(isAsked, false);
});

for (const retain of [true, false]) {
  test(`a body begins anew for those who were given nothing yet, and the others are broken off (retained: ${retain})`, async () => {
    const source = cutAt(700);
    const again = () => Promise.resolve(restFrom(0));
    const { body, happened, options } = bodyOf(source, { retain, refilled: { again } });
    const [begun, fresh, later] = [new BodyClient(body), new BodyClient(body), new BodyClient(body, 100, 199)];
    await begun.readToEnd();
    assert.deepEqual(begun.ends, [[700, false]]);
    assert.equal(begun.error, RESET.error);
    await Promise.all([fresh.readToEnd(), later.readToEnd()]);
    assert.deepEqual([fresh.bytes, later.bytes], [BYTES, BYTES.slice(100, 200)]);
    assert.deepEqual(happened, ["restarted"]);
    assert.equal(await body.done, retain ? "retained" : "passed");
    body.release();
    assert.deepEqual([options.budget.used, options.inFlight.used], [0, 0]);
  });
}

test("bytes handed out before a body began anew stay what they were", async () => {
  const other = BYTES.map((byte) => byte ^ 255);
  const again = () => Promise.resolve(new ByteSource([other], "closed").stream);
  const { body } = bodyOf(cutAt(700), { refilled: { again } });
  const held = body.read(() => {}).getReader();
  const fresh = new BodyClient(body);
  const { value } = await held.read();
  await nextTurn();
  await fresh.readToEnd();
  assert.deepEqual(fresh.bytes, other);
  assert.deepEqual(value, BYTES.slice(0, 700));
});

test("nobody is given more of a body that is about to begin anew", async () => {
  const other = BYTES.map((byte) => byte ^ 255);
  const asked = Promise.withResolvers<ReadableStream<Uint8Array>>();
  const { body } = bodyOf(cutAt(700), { refilled: { again: () => asked.promise } });
  const fresh = new BodyClient(body);
  await nextTurn();
  const reading = fresh.readToEnd();
  await nextTurn();
  assert.equal(fresh.reads, 0);
  asked.resolve(new ByteSource([other], "closed").stream);
  await reading;
  assert.deepEqual(fresh.bytes, other);
});

test("an answer of several pieces is never made of two bodies, though one of the pieces has not begun", async () => {
  const { body } = bodyOf(cutAt(700), { refilled: { again: () => Promise.resolve(restFrom(0)) } });
  const pieces = [body.readPiece(() => {}, 0, 9), body.readPiece(() => {}, 4_000, 4_009)];
  assert.equal((await new Response(pieces[0]).arrayBuffer()).byteLength, 10);
  await assert.rejects(new Response(pieces[1]).arrayBuffer());
});

test("nothing is asked for anew where all have been given something, or nobody reads", async () => {
  let asked = 0;
  const again = () => {
    asked++;
    return Promise.resolve(restFrom(0));
  };
  const read = bodyOf(cutAt(700), { refilled: { again } });
  await new BodyClient(read.body).readToEnd();
  const unread = bodyOf(cutAt(700), { refilled: { again } });
  assert.equal(await unread.body.done, "failed");
  assert.equal(asked, 0);
});

test("what comes for a body that all have left meanwhile is let go", async () => {
  const rest = new ByteSource([BYTES.slice(700)]);
  const asked = Promise.withResolvers<ReadableStream<Uint8Array>>();
  const { body, options } = bodyOf(cutAt(700), { isForStore: false, refilled: { resume: () => asked.promise } });
  const client = new BodyClient(body);
  await client.readUntil(700);
  await nextTurn();
  await client.leave();
  await nextTurn();
  asked.resolve(rest.stream);
  assert.equal(await body.done, "failed");
  assert.ok(rest.cancelled);
  assert.equal(options.inFlight.used, 0);
});

test("a refill that throws, or hands over what is read already, is none", async () => {
  const locked = new ByteSource([BYTES]).stream;
  locked.getReader();
  for (const resume of [() => Promise.reject(new Error("broken")), () => Promise.resolve(locked)]) {
    const { body } = bodyOf(cutAt(700), { refilled: { resume } });
    const client = await new BodyClient(body).readToEnd();
    assert.equal(client.error, RESET.error);
    assert.equal(await body.done, "failed");
  }
});
