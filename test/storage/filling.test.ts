// Bodies that nobody reads any more: which are received to their end.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { GrowingBody } from "../../src/storage/growing-body.ts";
import { BodyClient } from "../support/body-client.ts";
import { bodyOptions } from "../support/body-options.ts";
import { ByteSource, someBytes } from "../support/byte-source.ts";

const FILL = { bytesLeft: 100, share: 0.5 };

/** A body of which `received` bytes have been read by a client who then leaves. */
async function abandoned(received: number, facts: { length?: number; isForStore?: boolean; retain?: boolean }) {
  const { length, isForStore = true, retain = true } = facts;
  const source = new ByteSource([someBytes(received)]);
  const options = bodyOptions({ fill: FILL });
  const body = new GrowingBody(source.stream, { length, retain, isForStore, typed: true }, options);
  const client = new BodyClient(body);
  await client.readUntil(received);
  await client.leave();
  await nextTurn();
  return { body, source, options, client };
}

test("a body for the store is finished where little is missing, much has come, or its length is unknown", async () => {
  for (const [received, length] of [[10, 110], [500, 1_000], [10, undefined]] as const) {
    const { body, source } = await abandoned(received, length === undefined ? {} : { length });
    assert.equal(source.cancelled, undefined, `${received} of ${length}`);
    source.push(someBytes((length ?? 100) - received));
    source.close();
    assert.equal(await body.done, "retained");
  }
});

test("a body of unknown length that nobody reads is given up once more has come than was worth waiting for", async () => {
  const { body, source } = await abandoned(90, {});
  source.push(someBytes(20));
  assert.equal(await body.done, "failed");
  assert.ok(source.cancelled);
});

test("any other body is given up with its last reader, and its memory with it", async () => {
  const cases = [{ length: 1_000 }, { length: 110, isForStore: false }, { length: 110, retain: false }];
  for (const facts of cases) {
    const { body, source, options } = await abandoned(10, facts);
    assert.ok(source.cancelled, JSON.stringify(facts));
    assert.equal(await body.done, "failed");
    assert.deepEqual([options.budget.used, options.inFlight.used], [0, 0]);
  }
});

test("a body that somebody claims is received to its end, until the claim is given up", async () => {
  const source = new ByteSource([someBytes(10)]);
  const facts = { length: 1_000, retain: true, isForStore: false, typed: true };
  const body = new GrowingBody(source.stream, facts, bodyOptions({ fill: FILL }));
  const waive = body.claim();
  body.leaveUnread();
  await nextTurn();
  assert.equal(source.cancelled, undefined);
  waive();
  await nextTurn();
  assert.ok(source.cancelled);
});

test("what a body holds is in flight until its last byte has come, and then stored", async () => {
  const source = new ByteSource([someBytes(600)]);
  const options = bodyOptions();
  const body = new GrowingBody(source.stream, { length: 1_000, retain: true, typed: true }, options);
  await nextTurn();
  assert.deepEqual([options.inFlight.used, options.budget.used], [1_000, 1_000]);
  source.push(someBytes(400, 600));
  source.close();
  await body.done;
  assert.deepEqual([options.inFlight.used, options.budget.used], [0, 1_000]);
});

test("isNear() is true of what is held, and of what will soon be", async () => {
  const source = new ByteSource([someBytes(600)]);
  const body = new GrowingBody(source.stream, { length: 1_000, retain: true, typed: true }, bodyOptions());
  await nextTurn();
  assert.deepEqual([0, 599, 700, 701].map((position) => body.isNear(position, 100)), [true, true, true, false]);
  source.fail(new Error("reset"));
  await body.done;
  assert.equal(body.isNear(0, 100), false);
});
