import assert from "node:assert/strict";
import { test } from "node:test";
import { shutDown } from "../../src/server/shutdown.ts";
import { fakeRuntime } from "../support/fake-runtime.ts";
import { manualTimers } from "../support/manual-timers.ts";

const OPTIONS = {
  hostname: "127.0.0.1",
  port: 0,
  limits: { headerTimeout: 1, idleTimeout: 1, maxBodyBytes: 1, maxHeaderBytes: 1 },
};

async function service() {
  const runtime = fakeRuntime();
  await runtime.listen(OPTIONS, () => new Response());
  const listener = runtime.listeners[0];
  assert.ok(listener !== undefined);
  const closing = Promise.withResolvers<void>();
  const state = { isClosed: false };
  const close = () => {
    state.isClosed = true;
    return closing.promise;
  };
  return { listener, close, state, finishClosing: closing.resolve };
}

test("shutDown() closes after the last response, is true when that was in time, and leaves no timer", async () => {
  const { listener, close, state, finishClosing } = await service();
  const timers = manualTimers();
  const finished = shutDown({ listener, close }, 1_000, timers);
  assert.equal(state.isClosed, false);
  listener.finish();
  finishClosing();
  assert.equal(await finished, true);
  assert.equal(state.isClosed, true);
  assert.equal(listener.state.isAborted, false);
  assert.equal(timers.waiting, 0);
});

test("shutDown() cuts off after the limit what is still being sent", async () => {
  const { listener, close } = await service();
  const timers = manualTimers();
  const finished = shutDown({ listener, close }, 1_000, timers);
  timers.advance(1_000);
  assert.equal(await finished, false);
  assert.equal(listener.state.isAborted, true);
});

test("shutDown() waits no longer than the limit for closing either", async () => {
  const { listener, close } = await service();
  const timers = manualTimers();
  const finished = shutDown({ listener, close }, 1_000, timers);
  listener.finish();
  timers.advance(1_000);
  assert.equal(await finished, false);
});
