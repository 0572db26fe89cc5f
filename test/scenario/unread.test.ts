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

test("a leader that wants no body leaves one that is not stored to those who wait for it", async () => {
  const proxy = startProxy({ maxObjectBytes: 10 });
  const gate = barrier();
  const open = openResponse(LARGE, "length");
  proxy.origin.respond(async () => {
    await gate.passed;
    return open.response;
  });
  const knows = { headers: { "if-none-match": '"1"' } };
  const leader = proxy.get("/page", knows);
  const followers = [proxy.get("/page", knows), proxy.get("/page"), proxy.get("/page")];
  await settled();
  gate.open();
  assert.equal((await leader).status, 304);
  const statuses = (await Promise.all(followers)).map((response) => response.status);
  assert.deepEqual(statuses, [304, 200, 200]);
  assert.equal(proxy.origin.requests.length, 1);
  for (const follower of followers) await (await follower).body?.cancel();
  await settled();
  assert.ok(open.cancelled);
});

test("one who waits to see whether a body is whole gets its stale response when others have read the body away", async () => {
  const proxy = startProxy({ maxObjectBytes: 10 });
  const open = openResponse({ "cache-control": "max-age=10", "content-length": "12" }, "length");
  proxy.origin.reply("red", { "cache-control": "max-age=10, stale-if-error=60", etag: '"1"', vary: "x-colour" })
    .respond(() => open.response);
  const red = { headers: { "x-colour": "red" } };
  await proxy.getText("/page", red);
  proxy.clock.advance(20_000);
  const cautious = proxy.getText("/page", red);
  await settled();
  const other = proxy.getText("/page", { headers: { "x-colour": "green" } });
  for (const part of ["what ", "is new"]) {
    await settled();
    open.send(part);
  }
  await settled();
  open.send("!");
  open.end();
  assert.equal(await other, "what is new!");
  assert.equal(await cautious, "red");
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
