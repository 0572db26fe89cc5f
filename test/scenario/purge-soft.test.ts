/** Soft purges: what they leave to be used, and what ends them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FRESH, TAGGED, WAYS } from "../support/purging.ts";
import { barrier, originResponse, settled, startProxy } from "../support/scripted-proxy.ts";

test("what was purged softly is confirmed before its next use, at no cost of its body", async () => {
  for (const request of WAYS) {
    const proxy = startProxy();
    proxy.origin.reply("v1", { ...TAGGED, etag: '"v1"' }).reply("", { etag: '"v1"' }, 304);
    await proxy.getText("/blog/one");
    await settled();
    await proxy.engine.purge({ ...request, soft: true });
    assert.equal(proxy.engine.size, 1);
    const response = await proxy.get("/blog/one");
    assert.match(response.headers.get("cache-status") ?? "", /fwd=stale; fwd-status=304; ttl=60; stored/);
    assert.equal(await response.text(), "v1");
    assert.equal(proxy.origin.lastField("if-none-match"), '"v1"');
    assert.match((await proxy.get("/blog/one")).headers.get("cache-status") ?? "", /; hit/, JSON.stringify(request));
  }
});

test("what was purged softly stands in for an origin that fails, for as long as its window says from the purge on", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", { "cache-control": "max-age=600, stale-if-error=10" }).fail("connect");
  await proxy.getText("/a");
  await settled();
  proxy.clock.advance(5_000);
  await proxy.engine.purge({ urls: ["http://example.org/a"], soft: true });
  proxy.clock.advance(9_000);
  const standIn = await proxy.get("/a");
  assert.match(standIn.headers.get("cache-status") ?? "", /ttl=-9; detail=stale-if-error/);
  assert.equal(await standIn.text(), "v1");
  proxy.clock.advance(2_000);
  assert.equal((await proxy.get("/a")).status, 502);
});

test("what was purged softly is delivered while it is refreshed where it says so, and then it is new", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", { "cache-control": "max-age=600, stale-while-revalidate=60" }).reply("v2", FRESH);
  await proxy.getText("/a");
  await settled();
  assert.match((await proxy.get("/a")).headers.get("cache-status") ?? "", /; hit; ttl=600/);
  await proxy.engine.purge({ all: true, soft: true });
  proxy.clock.advance(1_000);
  const stale = await proxy.get("/a");
  assert.match(stale.headers.get("cache-status") ?? "", /; hit; ttl=-1/);
  assert.equal(await stale.text(), "v1");
  await settled();
  assert.equal(await proxy.getText("/a"), "v2");
});

test("a hard purge reaches what was purged softly before, and a HEAD sent since confirms what is left", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", { ...FRESH, etag: '"1"' }).reply("v1", { ...FRESH, etag: '"1"' });
  await proxy.getText("/a");
  await settled();
  await proxy.engine.purge({ all: true, soft: true });
  proxy.clock.advance(1_000);
  await proxy.get("/a", { method: "HEAD" });
  await settled();
  assert.match((await proxy.get("/a")).headers.get("cache-status") ?? "", /; hit/);
  await proxy.engine.purge({ all: true, soft: true });
  await proxy.engine.purge({ all: true });
  proxy.origin.fail("connect");
  assert.equal((await proxy.get("/a")).status, 502);
});

test("a request is told apart from its like by nothing that was purged softly on its way: nobody is sent off alone", async () => {
  const proxy = startProxy();
  const held = barrier();
  proxy.origin.respond(async () => {
    await held.passed;
    return originResponse("v1", { "cache-control": "s-maxage=60", "surrogate-key": "t" });
  });
  proxy.origin.reply("v2", { "cache-control": "s-maxage=60", "surrogate-key": "t" });
  const first = proxy.getText("/a");
  await settled();
  await proxy.engine.purge({ tags: ["t"], soft: true });
  const later = Array.from({ length: 20 }, () => proxy.getText("/a"));
  await settled();
  held.open();
  assert.equal(await first, "v1");
  assert.deepEqual(new Set(await Promise.all(later)), new Set(["v2"]));
  assert.equal(proxy.origin.requests.length, 2);
});

test("a HEAD sent before a soft purge confirms nothing", async () => {
  const proxy = startProxy();
  const held = barrier();
  proxy.origin.reply("v1", { "cache-control": "max-age=1", etag: '"1"' });
  proxy.origin.respond(async () => {
    await held.passed;
    return originResponse("v1", { ...FRESH, etag: '"1"' });
  });
  await proxy.getText("/a");
  proxy.clock.advance(2_000);
  const head = proxy.get("/a", { method: "HEAD" });
  await settled();
  await proxy.engine.purge({ all: true, soft: true });
  held.open();
  await head;
  await settled();
  assert.match((await proxy.get("/a")).headers.get("cache-status") ?? "", /fwd=stale/);
});

test("a soft purge during a validation teaches nothing: those who come then still wait for each other", async () => {
  const proxy = startProxy();
  const [held, later] = [barrier(), barrier()];
  proxy.origin.reply("v1", { "cache-control": "s-maxage=1", etag: '"v1"', "surrogate-key": "t" });
  proxy.origin.respond(async () => {
    await held.passed;
    return originResponse("", { "cache-control": "s-maxage=60", etag: '"v1"' }, 304);
  });
  proxy.origin.respond(async () => {
    await later.passed;
    return originResponse("", { "cache-control": "s-maxage=60", etag: '"v1"' }, 304);
  });
  await proxy.getText("/a");
  proxy.clock.advance(2_000);
  const first = proxy.getText("/a");
  await settled();
  await proxy.engine.purge({ tags: ["t"], soft: true });
  held.open();
  assert.equal(await first, "v1");
  await settled();
  const crowd = Array.from({ length: 20 }, () => proxy.getText("/a"));
  await settled();
  later.open();
  assert.deepEqual(new Set(await Promise.all(crowd)), new Set(["v1"]));
  assert.equal(proxy.origin.requests.length, 3);
});

test("what was purged softly is not confirmed by a question from before, not even if the answer takes its tag away", async () => {
  const proxy = startProxy();
  const held = barrier();
  proxy.origin.reply("v1", { "cache-control": "max-age=1", etag: '"1"', "surrogate-key": "t" });
  proxy.origin.respond(async () => {
    await held.passed;
    return originResponse("", { ...FRESH, etag: '"1"', "surrogate-key": "other" }, 304);
  });
  await proxy.getText("/a");
  proxy.clock.advance(2_000);
  const first = proxy.getText("/a");
  await settled();
  await proxy.engine.purge({ tags: ["t"], soft: true });
  proxy.clock.advance(1_000);
  held.open();
  await first;
  await settled();
  assert.match((await proxy.get("/a")).headers.get("cache-status") ?? "", /fwd=stale/);
});

test("a second soft purge makes nothing usable that the first has made too stale to be used", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", {
    "cache-control": "max-age=600, stale-while-revalidate=10, stale-if-error=10",
    etag: '"1"',
  });
  proxy.origin.fail("connect");
  await proxy.getText("/a");
  await settled();
  await proxy.engine.purge({ all: true, soft: true });
  proxy.clock.advance(20_000);
  await proxy.engine.purge({ all: true, soft: true });
  assert.equal((await proxy.get("/a")).status, 502);
});

test("a hit in the same second as a soft purge before it does not tell of the lifetime that is over", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", { "cache-control": "max-age=600, stale-while-revalidate=60" });
  await proxy.getText("/a");
  await settled();
  assert.match((await proxy.get("/a")).headers.get("cache-status") ?? "", /; hit; ttl=600/);
  await proxy.engine.purge({ all: true, soft: true });
  assert.match((await proxy.get("/a")).headers.get("cache-status") ?? "", /; hit; ttl=0/);
});
