/** Purging where it is easily missed: by another spelling, and by what comes in between question and answer. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { OriginError } from "../../src/origin/origin-error.ts";
import type { PurgeRequest } from "../../src/invalidation/purge-request.ts";
import { barrier, openResponse, originResponse, settled, startProxy } from "../support/scripted-proxy.ts";

const FRESH = { "cache-control": "max-age=60" };

test("CacheEngine.purge() of a URL or prefix covers what was asked for in the same words, however they are escaped", async () => {
  const targets = ["/{x}", '/a"b', "/a<b>", "/a^b", "/a`b", "/x?q='y'", '/x?q="y"', "/x?q=<y>", "/é", "/[x]|y"];
  for (const target of targets) {
    const url = `http://example.org${target}`;
    for (const request of [{ urls: [url] }, { prefixes: [target] }, { prefixes: [url] }, { urls: [url], soft: true }]) {
      const proxy = startProxy();
      proxy.origin.reply("v1", FRESH).reply("v2", FRESH);
      await proxy.getText(target);
      await settled();
      await proxy.engine.purge(request);
      assert.equal(await proxy.getText(target), "v2", JSON.stringify(request));
    }
  }
});

test("CacheEngine.purge() of a URL covers what was asked for with dot segments in it, and a prefix does not grow by them", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", FRESH).reply("v2", FRESH);
  await proxy.getText("/a/../b");
  await settled();
  await proxy.engine.purge({ prefixes: ["/a/.."] });
  assert.equal(await proxy.getText("/a/../b"), "v1");
  await proxy.engine.purge({ urls: ["http://example.org/a/../b"] });
  assert.equal(await proxy.getText("/a/../b"), "v2");
});

test("CacheEngine.purge() covers tags beyond ASCII, whose bytes a field holds one by one", async () => {
  for (const tag of ["café", "à-propos", "日本語"]) {
    const proxy = startProxy();
    const bytes = String.fromCharCode(...new TextEncoder().encode(tag));
    proxy.origin.reply("v1", { ...FRESH, "surrogate-key": `x ${bytes}` }).reply("v2", FRESH);
    await proxy.getText("/a");
    await settled();
    await proxy.engine.purge({ tags: [tag] });
    assert.equal(await proxy.getText("/a"), "v2", tag);
  }
});

test("CacheEngine.purge() of a host with the port of its scheme covers what is stored without, and no other port", async () => {
  const cases: readonly (readonly [url: string, host: string, isCovered: boolean])[] = [
    ["https://a.example/", "a.example:443", true],
    ["http://a.example/", "a.example:80", true],
    ["http://a.example/", "a.example:443", true], // behind one that terminates TLS
    ["http://a.example:8080/", "a.example:80", false],
    ["http://a.example:443/", "a.example:443", true],
    ["http://[::1]/", "[::1]:80", true],
    ["http://a.example/", "a.example:8080", false],
  ];
  for (const [url, host, isCovered] of cases) {
    const { engine, origin } = startProxy();
    origin.reply("v1", FRESH).reply("v2", FRESH);
    await (await engine.fetch(url)).text();
    await settled();
    await engine.purge({ hosts: [host] });
    assert.equal(await (await engine.fetch(url)).text(), isCovered ? "v2" : "v1", `${host} for ${url}`);
  }
});

const PART = {
  "cache-control": "max-age=600",
  "etag": '"1"',
  "content-range": "bytes 0-2/6",
  "surrogate-key": "t",
  "x-kind": "a",
};
const REST = { ...PART, "content-range": "bytes 3-5/6", "surrogate-key": "other", "x-kind": "b" };

const OF_PART: readonly PurgeRequest[] = [
  { tags: ["t"] },
  { urls: ["http://example.org/a"] },
  { bans: [{ where: [{ field: "header", name: "x-kind", equals: "a" }] }] },
];

test("a part that was purged while its rest was asked for does not become part of a whole", async () => {
  for (const request of OF_PART) {
    for (const soft of [false, true]) {
      const proxy = startProxy();
      const held = barrier();
      proxy.origin.reply("old", PART, 206);
      proxy.origin.respond(async () => {
        await held.passed;
        return originResponse("old", REST, 206);
      });
      proxy.origin.reply("newnew", { ...FRESH, etag: '"2"' });
      await proxy.getText("/a", { headers: { range: "bytes=0-2" } });
      await settled();
      const first = proxy.getText("/a");
      await settled();
      assert.equal(proxy.origin.lastField("range"), "bytes=3-");
      await proxy.engine.purge({ ...request, soft });
      held.open();
      await first;
      await settled();
      assert.equal(await proxy.getText("/a"), "newnew", JSON.stringify({ ...request, soft }));
    }
  }
});

test("a part that was purged while a request waited for another fetch is not completed by it", async () => {
  const proxy = startProxy();
  const held = barrier();
  proxy.origin.reply("old", PART, 206);
  proxy.origin.respond(async () => {
    await held.passed;
    return originResponse("no", { "cache-control": "private" }, 200);
  });
  await proxy.getText("/a", { headers: { range: "bytes=0-2" } });
  await settled();
  const waiting = [proxy.getText("/a"), proxy.getText("/a")];
  await settled();
  await proxy.engine.purge({ tags: ["t"] });
  proxy.origin.respond(({ fields }) => {
    const isRanged = fields.some(([name]) => name === "range");
    return isRanged ? originResponse("old", REST, 206) : originResponse("newnew", { ...FRESH, etag: '"2"' });
  });
  held.open();
  await Promise.all(waiting);
  await settled();
  assert.equal(await proxy.getText("/a"), "newnew");
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

test("what is put together of a part and its rest has the tags of both", async () => {
  const proxy = startProxy();
  proxy.origin.reply("old", PART, 206).reply("old", REST, 206).reply("newnew", FRESH);
  await proxy.getText("/a", { headers: { range: "bytes=0-2" } });
  await settled();
  assert.equal(await proxy.getText("/a"), "oldold");
  await settled();
  await proxy.engine.purge({ tags: ["t"] });
  assert.equal(await proxy.getText("/a"), "newnew");
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

test("a part that was purged softly makes stale what it becomes a part of", async () => {
  const proxy = startProxy();
  proxy.origin.reply("old", PART, 206).reply("old", REST, 206).reply("newnew", FRESH);
  await proxy.getText("/a", { headers: { range: "bytes=0-2" } });
  await settled();
  await proxy.engine.purge({ tags: ["t"], soft: true });
  await proxy.getText("/a", { headers: { range: "bytes=3-5" } });
  await settled();
  assert.equal(await proxy.getText("/a"), "newnew");
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
