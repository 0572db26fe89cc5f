/** What becomes of the memory of what was purged, and of purges. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FRESH, hits, PAGE, TAGGED, WAYS } from "../support/purging.ts";
import { barrier, openResponse, originResponse, settled, startProxy } from "../support/scripted-proxy.ts";

test("the memory of what was purged is given back, and the purges are forgotten once nothing older is left", async () => {
  for (const request of WAYS) {
    const proxy = startProxy();
    const open = openResponse({ ...FRESH });
    proxy.origin.respond(({ target }) =>
      target === "/slow" ? open.response : originResponse("v1", { ...TAGGED, etag: '"v1"' })
    );
    const slow = await proxy.get("/slow");
    const bytes = proxy.engine.stats.bytes;
    await hits(proxy, ["/blog/one", "/blog/two"]);
    await proxy.engine.purge({ ...request, ...(request.urls && { urls: [PAGE, "http://example.org/blog/two"] }) });
    proxy.clock.advance(5_000);
    assert.equal(proxy.engine.size, 0, JSON.stringify(request));
    open.end();
    assert.equal(await slow.text(), "");
    await settled();
    const { scopes, bans, reclaiming } = proxy.engine.stats.purging;
    assert.deepEqual({ scopes, bans, reclaiming }, { scopes: 0, bans: 0, reclaiming: 0 }, JSON.stringify(request));
    assert.ok(proxy.engine.stats.bytes <= bytes + 2_000, "but for what is remembered of keys");
    assert.equal(proxy.clock.waiting, 0);
  }
});

test("purges are remembered while a fetch is on its way that they cover, and no longer than a minute", async () => {
  for (const seconds of [59, 61]) {
    const proxy = startProxy();
    const held = barrier();
    proxy.origin.respond(async () => {
      await held.passed;
      return originResponse("v1", TAGGED);
    });
    proxy.origin.reply("v2", TAGGED);
    const first = proxy.getText("/blog/one");
    await settled();
    await proxy.engine.purge({ tags: ["t"], bans: [{ where: [{ field: "tag", equals: "t" }] }] });
    proxy.clock.advance(seconds * 1000);
    const { scopes, bans } = proxy.engine.stats.purging;
    assert.deepEqual({ scopes, bans }, seconds < 60 ? { scopes: 1, bans: 1 } : { scopes: 0, bans: 0 });
    held.open();
    assert.equal(await first, "v1");
    await settled();
    assert.equal(await proxy.getText("/blog/one"), "v2", `after ${seconds} s`);
    proxy.clock.advance(5_000);
    assert.equal(proxy.engine.stats.purging.scopes, 0);
  }
});

test("a body that takes long to arrive does not keep purges from being forgotten, nor is it stored after one", async () => {
  for (const way of ["GET", "POST"]) {
    for (const isCovered of [true, false]) {
      const proxy = startProxy();
      const open = openResponse({ ...TAGGED, "content-location": "/blog/one" });
      proxy.origin.respond(() => open.response);
      const first = await proxy.get("/blog/one", { method: way, ...(way === "POST" && { body: "x" }) });
      open.send("v1");
      await proxy.engine.purge({ tags: [isCovered ? "t" : "other"] });
      proxy.clock.advance(way === "GET" ? 2_000 : 70_000);
      assert.equal(proxy.engine.stats.purging.scopes, 0, way);
      open.end();
      assert.equal(await first.text(), "v1");
      await settled();
      assert.equal(proxy.engine.size, isCovered || way === "POST" ? 0 : 1, `${way} ${isCovered}`);
    }
  }
});

test("CacheEngine.purge() of a URL for which much is stored leaves most of it to be reclaimed later", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", FRESH);
  for (let i = 0; i < 1_000; i++) await proxy.getText("/q", { method: "QUERY", body: String(i) });
  await settled();
  assert.equal(proxy.engine.size, 1_000);
  await proxy.engine.purge({ urls: ["http://example.org/q"] });
  assert.ok(proxy.engine.size > 500, "not all of it at once");
  proxy.clock.advance(1_000);
  assert.equal(proxy.engine.size, 0);
});

test("what comes after more than a minute, when the purges since are forgotten, is not joined while its body arrives", async () => {
  const proxy = startProxy();
  const held = barrier();
  const open = openResponse({ "cache-control": "max-age=600", "surrogate-key": "t" });
  proxy.origin.respond(async () => {
    await held.passed;
    return open.response;
  });
  proxy.origin.reply("v2", FRESH);
  const first = proxy.get("/a");
  await settled();
  await proxy.engine.purge({ tags: ["t"] });
  proxy.clock.advance(61_000);
  assert.equal(proxy.engine.stats.purging.scopes, 0);
  held.open();
  const response = await first;
  open.send("v1");
  const second = proxy.getText("/a");
  await settled();
  open.end();
  assert.equal(await second, "v2");
  assert.equal(await response.text(), "v1");
});

test("stats tell how many are still to be looked at, until the last of them has been", async () => {
  const proxy = startProxy();
  const turned = proxy.clock.monotonic.bind(proxy.clock);
  let looks = 0;
  proxy.clock.monotonic = () => turned() + looks++ * 0.02; // each look at the clock takes time, so that slices end
  proxy.origin.respond(() => originResponse("v1", TAGGED));
  await hits(proxy, Array.from({ length: 400 }, (_, index) => `/${index}`));
  await proxy.engine.purge({ tags: ["t"] });
  assert.equal(proxy.engine.stats.purging.reclaiming, 400);
  const told = new Set<number>();
  for (let slice = 0; slice < 1_000 && proxy.engine.size > 0; slice++) {
    const { size, stats } = proxy.engine;
    assert.ok(stats.purging.reclaiming >= size, `${stats.purging.reclaiming} of ${size}`);
    told.add(stats.purging.reclaiming);
    proxy.clock.advance(1);
  }
  assert.ok(told.size > 2, "in several slices");
  assert.equal(proxy.engine.stats.purging.reclaiming, 0);
});
