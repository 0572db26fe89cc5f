// What a body that is stored no longer holds on to: the flight that brought it, and all that goes with that.
import assert from "node:assert/strict";
import { test } from "node:test";
import { GrowingBody } from "../../src/storage/growing-body.ts";
import { bodyOptions } from "../support/body-options.ts";
import { ByteSource, someBytes } from "../support/byte-source.ts";
import { collectGarbage } from "../support/collect-garbage.ts";

/** A stored body, and a weak hold on what could have refilled it while it arrived. */
async function stored() {
  const nothing = () => Promise.resolve(undefined);
  const refill = { resume: nothing, range: nothing, again: nothing };
  const source = new ByteSource([someBytes(10)], "closed").stream;
  const body = new GrowingBody(source, { length: 10, retain: true, typed: true, refill }, bodyOptions());
  await body.done;
  return { body, refill: new WeakRef(refill) };
}

test("a complete body lets go of what its bytes could have been asked for again with", async () => {
  // Several, for a collector may take some object for one that is still on the stack.
  const bodies = [];
  for (let i = 0; i < 20; i++) bodies.push(await stored());
  await collectGarbage();
  const held = bodies.filter(({ refill }) => refill.deref() !== undefined);
  assert.ok(held.length < 10, `${held.length} of 20`);
  assert.equal(bodies[0]?.body.length, 10);
});
