import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../src/storage/memory-store.ts";
import { barrier, openResponse, settled, startProxy } from "../support/scripted-proxy.ts";

const STALE_SOON = { "cache-control": "max-age=10, stale-while-revalidate=60", etag: '"1"' };
const LARGE = { "cache-control": "max-age=60", etag: '"1"', "content-length": "1000" };

test("while the body of a refresh is still arriving no second refresh starts", async () => {
  const proxy = startProxy();
  const open = openResponse(STALE_SOON);
  proxy.origin.reply("v1", STALE_SOON).respond(() => open.response);
  await proxy.getText("/page");
  proxy.clock.advance(20_000);
  for (let visit = 0; visit < 3; visit++) {
    assert.equal(await proxy.getText("/page"), "v1");
    await settled();
  }
  assert.equal(proxy.origin.requests.length, 2);
  open.send("v2");
  open.end();
  await settled();
  assert.equal(await proxy.getText("/page"), "v2");
  assert.equal(proxy.engine.fetching, 0);
});

test("a refresh that brings more than may be stored is given up at once", async () => {
  const proxy = startProxy({ maxObjectBytes: 10 });
  const open = openResponse({ ...STALE_SOON, "content-length": "1000" }, "length");
  proxy.origin.reply("v1", STALE_SOON).respond(() => open.response);
  await proxy.getText("/page");
  proxy.clock.advance(20_000);
  await proxy.getText("/page");
  await settled();
  assert.ok(open.cancelled);
  assert.equal(proxy.engine.fetching, 0);
});

test("a refresh that turns out larger than may be stored is given up then", async () => {
  const proxy = startProxy({ maxObjectBytes: 10 });
  const open = openResponse(STALE_SOON);
  proxy.origin.reply("v1", STALE_SOON).respond(() => open.response);
  await proxy.getText("/page");
  proxy.clock.advance(20_000);
  await proxy.getText("/page");
  open.send("more than ten bytes");
  await settled();
  assert.ok(open.cancelled);
  assert.equal(proxy.engine.fetching, 0);
});

test("what is too large to be kept is shared by those who waited, and given up when the last of them has gone", async () => {
  const proxy = startProxy({ maxObjectBytes: 10 });
  const open = openResponse(LARGE, "length");
  const gate = barrier();
  proxy.origin.respond(async () => {
    await gate.passed;
    return open.response;
  });
  const waiting = [1, 2, 3].map(() => proxy.get("/page"));
  await settled();
  gate.open();
  const responses = await Promise.all(waiting);
  assert.equal(proxy.origin.requests.length, 1);
  for (const { body } of responses) {
    assert.equal(open.cancelled, false);
    await body?.cancel();
    await settled();
  }
  assert.ok(open.cancelled);
});

test("a store that fails leaves no fetch in the air", async () => {
  class BrokenStore extends MemoryStore {
    override put(): boolean {
      throw new Error("Cannot store: the store is broken");
    }
  }
  const proxy = startProxy({ createStore: (budget) => new BrokenStore(budget) });
  proxy.origin.reply("page", { "cache-control": "max-age=60" });
  assert.equal(await proxy.getText("/page"), "page");
  await settled();
  assert.equal(proxy.engine.fetching, 0);
});
