/** Purges that come in between question and answer. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PurgeRequest } from "../../src/invalidation/purge-request.ts";
import { OriginError } from "../../src/origin/origin-error.ts";
import { FRESH, TAGGED, WAYS } from "../support/purging.ts";
import { barrier, openResponse, originResponse, settled, startProxy } from "../support/scripted-proxy.ts";

test("what was asked for before a purge is not stored, nor given to anybody who came after it", async () => {
  for (const request of WAYS) {
    for (const soft of [false, true]) {
      const proxy = startProxy();
      const held = barrier();
      proxy.origin.respond(async () => {
        await held.passed;
        return originResponse("v1", { ...TAGGED, etag: '"v1"' });
      });
      proxy.origin.reply("v2", { ...TAGGED, etag: '"v2"' });
      const before = [proxy.getText("/blog/one"), proxy.getText("/blog/one")];
      await settled();
      await proxy.engine.purge({ ...request, soft });
      const after = [proxy.getText("/blog/one"), proxy.getText("/blog/one")];
      await settled();
      held.open();
      assert.equal(await before[0], "v1");
      assert.match(await before[1]!, /^v[12]$/);
      assert.deepEqual(await Promise.all(after), ["v2", "v2"], JSON.stringify({ ...request, soft }));
      assert.equal(await proxy.getText("/blog/one"), "v2");
      assert.ok(proxy.origin.requests.length <= 3, "no herd");
    }
  }
});

test("a body still arriving when it is purged is not joined, nor stored", async () => {
  for (const request of WAYS) {
    const proxy = startProxy();
    const open = openResponse({ ...TAGGED, etag: '"v1"' });
    proxy.origin.respond(() => open.response);
    proxy.origin.reply("v2", TAGGED);
    const first = await proxy.get("/blog/one");
    open.send("v1 ");
    await proxy.engine.purge(request);
    assert.equal(await proxy.getText("/blog/one"), "v2", JSON.stringify(request));
    open.send("end");
    open.end();
    assert.equal(await first.text(), "v1 end");
    await settled();
    assert.equal(await proxy.getText("/blog/one"), "v2");
    assert.equal(proxy.origin.requests.length, 2);
  }
});

test("what a 304 confirms to a question from before a purge does not come back", async () => {
  for (const request of WAYS) {
    const proxy = startProxy();
    const held = barrier();
    proxy.origin.reply("v1", { ...TAGGED, etag: '"v1"', "cache-control": "max-age=1, stale-while-revalidate=60" });
    proxy.origin.respond(async () => {
      await held.passed;
      return originResponse("", { etag: '"v1"' }, 304);
    });
    proxy.origin.reply("v2", { ...TAGGED, etag: '"v2"' });
    await proxy.getText("/blog/one");
    proxy.clock.advance(2_000);
    assert.equal(await proxy.getText("/blog/one"), "v1"); // refreshed behind
    await proxy.engine.purge(request);
    held.open();
    await settled();
    assert.equal(await proxy.getText("/blog/one"), "v2", JSON.stringify(request));
  }
});

test("a 304 that brings a tag purged meanwhile confirms nothing", async () => {
  const proxy = startProxy();
  const held = barrier();
  proxy.origin.reply("v1", { "cache-control": "max-age=1", etag: '"v1"' });
  proxy.origin.respond(async () => {
    await held.passed;
    return originResponse("", { etag: '"v1"', "surrogate-key": "new" }, 304);
  });
  proxy.origin.reply("v2", FRESH);
  await proxy.getText("/a");
  proxy.clock.advance(2_000);
  const answer = proxy.getText("/a");
  await settled();
  await proxy.engine.purge({ tags: ["new"] });
  held.open();
  assert.equal(await answer, "v2");
});

test("what was purged while the origin was asked does not stand in when that fails", async () => {
  for (const request of WAYS) {
    const proxy = startProxy();
    const held = barrier();
    proxy.origin.reply("v1", { ...TAGGED, etag: '"v1"', "cache-control": "max-age=1, stale-if-error=600" });
    proxy.origin.respond(async () => {
      await held.passed;
      return originResponse("down", {}, 503);
    });
    await proxy.getText("/blog/one");
    proxy.clock.advance(2_000);
    const answer = proxy.getText("/blog/one");
    await settled();
    await proxy.engine.purge(request);
    held.open();
    assert.equal(await answer, "down", JSON.stringify(request));
  }
});

test("what was purged while a request waited for a fetch that failed is not asked about in the next one", async () => {
  for (const request of [{ urls: ["http://example.org/a"] }, { tags: ["t"] }]) {
    const proxy = startProxy();
    const [held, later] = [barrier(), barrier()];
    proxy.origin.reply("v1", { "cache-control": "max-age=1", etag: '"1"', "surrogate-key": "t" });
    proxy.origin.respond(async () => {
      await held.passed;
      throw new OriginError("scripted", "reset");
    });
    proxy.origin.respond(async ({ fields }) => {
      await later.passed;
      const isConditional = fields.some(([name]) => name === "if-none-match");
      return isConditional ? originResponse("", { ...FRESH, etag: '"1"' }, 304) : originResponse("v2", FRESH);
    });
    await proxy.getText("/a");
    proxy.clock.advance(2_000);
    const before = [proxy.getText("/a"), proxy.getText("/a")];
    await settled();
    await proxy.engine.purge(request);
    held.open();
    await settled();
    proxy.clock.advance(20); // the purge is forgotten, as nothing older is stored or on its way
    const after = proxy.getText("/a");
    await settled();
    later.open();
    await Promise.all(before);
    assert.equal(await after, "v2", JSON.stringify(request));
    assert.equal(await proxy.getText("/a"), "v2", JSON.stringify(request));
  }
});

test("a HEAD that brings a tag purged meanwhile takes out what it describes", async () => {
  for (const soft of [false, true]) {
    const proxy = startProxy();
    const held = barrier();
    proxy.origin.reply("v1", { "cache-control": "max-age=1", etag: '"1"' });
    proxy.origin.respond(async () => {
      await held.passed;
      return originResponse("v1", { ...FRESH, etag: '"1"', "surrogate-key": "new" });
    });
    proxy.origin.reply("v2", FRESH);
    await proxy.getText("/a");
    proxy.clock.advance(2_000);
    const head = proxy.get("/a", { method: "HEAD" });
    await settled();
    await proxy.engine.purge({ tags: ["new"], soft });
    proxy.clock.advance(5_000);
    held.open();
    await head;
    await settled();
    assert.equal(await proxy.getText("/a"), "v2", `soft: ${soft}`);
    await settled();
    proxy.clock.advance(5_000);
    assert.deepEqual([proxy.engine.stats.purging.scopes, proxy.engine.fetching], [0, 0]);
  }
});

test("what answers other queries too does so for none that was purged while it was on its way", async () => {
  const scopes: readonly PurgeRequest[] = [{ urls: ["http://example.org/a?utm=2"] }, { prefixes: ["/a?utm=2"] }];
  for (const request of scopes) {
    const proxy = startProxy();
    const held = barrier();
    proxy.origin.respond(async () => {
      await held.passed;
      return originResponse("v1", { ...FRESH, "no-vary-search": 'params=("utm")' });
    });
    proxy.origin.reply("v2", FRESH);
    const first = proxy.getText("/a?utm=1");
    await settled();
    await proxy.engine.purge(request);
    held.open();
    assert.equal(await first, "v1");
    await settled();
    assert.equal(await proxy.getText("/a?utm=2"), "v2", JSON.stringify(request));
    assert.equal(await proxy.getText("/a?utm=1"), "v1");
  }
});

test("what was purged by anything but its URL answers no other query either", async () => {
  for (const request of [{ tags: ["t"] }, { hosts: ["example.org"] }, { all: true }]) {
    const proxy = startProxy();
    const fields = { ...FRESH, "no-vary-search": 'params=("utm")', "surrogate-key": "t" };
    proxy.origin.reply("v1", fields).reply("v2", fields);
    await proxy.getText("/a?utm=1");
    await settled();
    assert.equal(await proxy.getText("/a?utm=2"), "v1");
    await proxy.engine.purge(request);
    assert.equal(await proxy.getText("/a?utm=2"), "v2", JSON.stringify(request));
  }
});
