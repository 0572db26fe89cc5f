/** Purging: what it reaches, in which order, and what becomes of the memory. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PurgeLog } from "../../src/invalidation/purge-log.ts";
import { PurgeError, type PurgeRecord, type PurgeRequest } from "../../src/invalidation/purge-request.ts";
import {
  barrier,
  openResponse,
  originResponse,
  type ScriptedProxy,
  settled,
  startProxy,
} from "../support/scripted-proxy.ts";

type Fields = Readonly<Record<string, string>>;

const FRESH = { "cache-control": "max-age=60" };
const URL = "http://example.org/blog/one";

/** An origin that counts its answers, with fields for each path. */
function counting(proxy: ScriptedProxy, fields: Readonly<Record<string, Fields>> = {}): void {
  let count = 0;
  proxy.origin.respond(({ target }) => originResponse(`v${++count}`, { ...FRESH, ...fields[target] }));
}

/** Which of these paths are hits; the others are fetched. */
async function hits(proxy: ScriptedProxy, paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const response = await proxy.get(path);
    await response.text();
    if (response.headers.get("cache-status")?.includes("; hit")) found.push(path);
  }
  await settled();
  return found;
}

const PAGES = ["/blog/one", "/blog/one?x=1&y=2", "/blog/two", "/shop", "/"];

const REACHED: readonly (readonly [request: PurgeRequest, purged: readonly string[]])[] = [
  [{ urls: [URL] }, ["/blog/one"]],
  [{ urls: ["https://EXAMPLE.org:443/blog/one#part"] }, ["/blog/one"]],
  [{ urls: [`${URL}?y=2&x=1`, "http://example.org"] }, ["/blog/one?x=1&y=2", "/"]],
  [{ urls: ["http://other.example/blog/one"] }, []],
  [{ prefixes: ["/blog/"] }, ["/blog/one", "/blog/one?x=1&y=2", "/blog/two"]],
  [{ prefixes: ["http://example.org/blog/one"] }, ["/blog/one", "/blog/one?x=1&y=2"]],
  [{ prefixes: ["https://example.org/sh"] }, ["/shop"]],
  [{ prefixes: ["https://other.example/"] }, []],
  [{ hosts: ["example.ORG"] }, PAGES],
  [{ hosts: ["example.org:8080", "other.example"] }, []],
  [{ tags: ["blog"] }, ["/blog/one", "/blog/two"]],
  [{ tags: ["BLOG", "blo"] }, []],
  [{ tags: ["shop"], urls: ["http://example.org/"] }, ["/shop", "/"]],
  [{ bans: [{ where: [{ field: "path", glob: "/*o*" }, { field: "tag", equals: "blog" }] }] }, [
    "/blog/one",
    "/blog/two",
  ]],
  [{ bans: [{ where: [{ field: "header", name: "X-Kind", regex: "^s" }] }] }, ["/shop"]],
  [{ all: true }, PAGES],
];

test("CacheEngine.purge() takes out what each kind of item covers, and nothing else", async () => {
  for (const [request, purged] of REACHED) {
    const proxy = startProxy();
    counting(proxy, {
      "/blog/one": { "surrogate-key": "blog one" },
      "/blog/two": { "cache-tag": "two,blog" },
      "/shop": { "xkey": "shop", "x-kind": "store" },
    });
    await hits(proxy, PAGES);
    assert.deepEqual(await proxy.engine.purge(request), { sequence: 1 });
    assert.deepEqual(await hits(proxy, PAGES), PAGES.filter((page) => !purged.includes(page)), JSON.stringify(request));
    assert.deepEqual(await hits(proxy, PAGES), PAGES, "once");
  }
});

test("CacheEngine.purge() refuses more regular expressions than can be compiled between two requests", async () => {
  const { engine } = startProxy();
  const bans = (count: number) =>
    Array.from(
      { length: count },
      (_, index) => ({ where: [{ field: "path", regex: `${1000 + index}`.padEnd(1000) }] }),
    );
  const refusal = { name: "PurgeError", refusal: "invalid", message: /bans\[4\].*4,000 characters/ };
  await assert.rejects(engine.purge({ bans: bans(100) } as PurgeRequest), refusal);
  assert.deepEqual(engine.stats.purging, { sequence: 0, scopes: 0, bans: 0, reclaiming: 0 });
  assert.deepEqual(await engine.purge({ bans: bans(4) } as PurgeRequest), { sequence: 1 });
});

test("CacheEngine.purge() finds a tag or field beyond ASCII by its text, in whatever bytes it was sent", async () => {
  for (const sent of ["caf\xc3\xa9", "caf\xe9"]) {
    for (
      const request of [
        { tags: ["caf\u00e9"] },
        { bans: [{ where: [{ field: "tag", glob: "caf?" }] }] },
        { bans: [{ where: [{ field: "header", name: "x-menu", equals: "caf\u00e9" }] }] },
      ] as const
    ) {
      const proxy = startProxy();
      counting(proxy, { "/shop": { "surrogate-key": `${sent} other`, "x-menu": sent } });
      await hits(proxy, ["/shop", "/"]);
      await proxy.engine.purge(request);
      assert.deepEqual(await hits(proxy, ["/shop", "/"]), ["/"], JSON.stringify([sent, request]));
    }
  }
});

test("CacheEngine.purge() of a URL takes out every variant, query content and alias of it", async () => {
  const proxy = startProxy();
  proxy.origin.respond(({ method, fields }) => {
    const language = fields.find(([name]) => name === "accept-language")?.[1];
    return originResponse(`${method} ${language}`, {
      ...FRESH,
      vary: "accept-language",
      "no-vary-search": 'params=("utm")',
    });
  });
  const asks = [
    { headers: { "accept-language": "de" } },
    { headers: { "accept-language": "en" } },
    { method: "QUERY", body: "x" },
  ];
  for (const ask of asks) await proxy.getText("/a?utm=1", ask);
  await settled();
  assert.match((await proxy.get("/a?utm=2", asks[0])).headers.get("cache-status") ?? "", /; hit/);
  await proxy.engine.purge({ urls: ["http://example.org/a?utm=2"] });
  assert.equal(proxy.engine.size, 0);
  const before = proxy.origin.requests.length;
  for (const ask of asks) await proxy.getText("/a?utm=2", ask);
  assert.equal(proxy.origin.requests.length - before, asks.length);
});

const WAYS: readonly PurgeRequest[] = [
  { urls: [URL] },
  { tags: ["t"] },
  { prefixes: ["/blog/"] },
  { hosts: ["example.org"] },
  { bans: [{ where: [{ field: "header", name: "etag", equals: '"v1"' }] }] },
  { all: true },
];

const TAGGED = { ...FRESH, "surrogate-key": "t" };

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

test("tags come from all usual fields, from groups and from routes, and are not sent on", async () => {
  const proxy = startProxy({ coalescing: { routes: [{ path: "/r/*", tags: ["of route"] }] } });
  const fields: Record<string, Fields> = {
    "/a": { "surrogate-key": "a  t" },
    "/b": { "cache-tag": "b, t" },
    "/c": { "edge-cache-tag": "c,t" },
    "/d": { "xkey": "d\tt" },
    "/e": { "cache-groups": '"t", "with space"' },
    "/r/1": {},
  };
  counting(proxy, fields);
  const paths = Object.keys(fields);
  await hits(proxy, paths);
  for (const path of paths) {
    const { headers } = await proxy.get(path);
    const sent = ["surrogate-key", "cache-tag", "edge-cache-tag", "xkey"].filter((name) => headers.has(name));
    assert.deepEqual(sent, [], path);
    assert.equal(headers.has("cache-groups"), path === "/e", "for all caches");
  }
  await proxy.engine.purge({ tags: ["with space"] });
  assert.deepEqual(await hits(proxy, paths), paths.filter((path) => path !== "/e"));
  await proxy.engine.purge({ tags: ["t"] });
  assert.deepEqual(await hits(proxy, paths), ["/r/1"]);
  await proxy.engine.purge({ tags: ["of route"] });
  assert.deepEqual(await hits(proxy, paths), paths.filter((path) => path !== "/r/1"));
});

test("which fields hold tags, and whether they are sent on, is configured", async () => {
  const proxy = startProxy({ tagFields: ["X-Tags"], sendTags: true });
  counting(proxy, { "/a": { "x-tags": "t" }, "/b": { "surrogate-key": "t" } });
  await hits(proxy, ["/a", "/b"]);
  assert.equal((await proxy.get("/a")).headers.get("x-tags"), "t");
  await proxy.engine.purge({ tags: ["t"] });
  assert.deepEqual(await hits(proxy, ["/a", "/b"]), ["/b"]);
});

test("a response with more tags than can be kept is not stored, and says why", async () => {
  const proxy = startProxy();
  const many = Array.from({ length: 5_000 }, (_, i) => `t${i}`).join(" ");
  proxy.origin.reply("page", { ...FRESH, "surrogate-key": many });
  assert.match((await proxy.get("/a")).headers.get("cache-status") ?? "", /detail=too-many-tags/);
  assert.equal(proxy.engine.size, 0);
});

const REFUSED: readonly PurgeRequest[] = [
  {},
  { all: false, soft: true },
  ...["", "/blog", "example.org/a", "ftp://a/", "http://", "http://a b/", "http://a@b/", "http://[::1/"].map((url) => ({
    urls: [url],
  })),
  ...["", "a\0b", "x".repeat(9_000)].map((tag) => ({ tags: [tag] })),
  ...["", "blog", "ftp://a/", "/blog/*", "http://a/*", "/a#b"].map((prefix) => ({ prefixes: [prefix] })),
  ...["", "a/b", "http://a", "a b", "a:port", "u@a"].map((host) => ({ hosts: [host] })),
  { bans: [{ where: [] }] },
];

test("CacheEngine.purge() refuses what it cannot read, names it, and purges nothing of the request", async () => {
  const proxy = startProxy();
  counting(proxy);
  await hits(proxy, ["/a"]);
  for (const request of REFUSED) {
    await assert.rejects(
      proxy.engine.purge({ ...request, ...(request.urls && { hosts: ["example.org"] }) }),
      (error) => {
        assert.ok(error instanceof PurgeError);
        assert.equal(error.refusal, "invalid");
        assert.match(error.message, /^Cannot purge /, JSON.stringify(request));
        return true;
      },
    );
  }
  assert.deepEqual(await hits(proxy, ["/a"]), ["/a"]);
  assert.equal(proxy.engine.stats.purging.sequence, 0);
});

test("CacheEngine.purge() takes no more bans than can be carried out, and again when they have been", async () => {
  const proxy = startProxy();
  counting(proxy);
  await hits(proxy, ["/a"]);
  const ban = (name: string) => ({ where: [{ field: "path", equals: name } as const] });
  for (let i = 0; i < 1_000; i++) await proxy.engine.purge({ bans: [ban(`/${i}`)] });
  await proxy.engine.purge({ bans: [ban("/1")] }); // says nothing new
  await assert.rejects(proxy.engine.purge({ bans: [ban("/1"), ban("/a")], all: true }), { refusal: "too-many-bans" });
  assert.deepEqual(await hits(proxy, ["/a"]), ["/a"], "all or nothing");
  proxy.clock.advance(100);
  assert.equal(proxy.engine.stats.purging.bans, 0);
  await proxy.engine.purge({ bans: [ban("/a")] });
  assert.deepEqual(await hits(proxy, ["/a"]), []);
});

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
    await proxy.engine.purge({ ...request, ...(request.urls && { urls: [URL, "http://example.org/blog/two"] }) });
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

/** A log in memory that can be made to fail. */
class FakeLog implements PurgeLog {
  records: PurgeRecord[] = [];
  fails = false;
  written = barrier();
  bytes = 0;

  async append(record: PurgeRecord): Promise<void> {
    if (this.fails) throw new Error("no space left on device");
    await this.written.passed;
    this.records.push(record);
    this.bytes += JSON.stringify(record).length;
  }

  rewrite(records: readonly PurgeRecord[]): Promise<void> {
    this.records = [...records];
    this.bytes = JSON.stringify(records).length;
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

test("CacheEngine.purge() is acknowledged once it is written down, and holds before", async () => {
  const log = new FakeLog();
  const proxy = startProxy({ purgeLog: log });
  counting(proxy, { "/a": { xkey: "t" } });
  await hits(proxy, ["/a"]);
  let acknowledged = false;
  const purge = proxy.engine.purge({ tags: ["t"], soft: true }).then(() => acknowledged = true);
  await settled();
  assert.equal(acknowledged, false);
  assert.deepEqual(await hits(proxy, ["/a"]), []);
  log.written.open();
  await purge;
  const at = proxy.clock.wallTime();
  assert.deepEqual(log.records, [{ sequence: 1, at, soft: true, scopes: [{ kind: "tag", tag: "t" }] }]);
});

test("CacheEngine.purge() that cannot be written down says so, and holds in this process", async () => {
  const log = new FakeLog();
  log.fails = true;
  const proxy = startProxy({ purgeLog: log });
  counting(proxy);
  await hits(proxy, ["/a"]);
  await assert.rejects(proxy.engine.purge({ all: true }), { refusal: "not-durable" });
  assert.deepEqual(await hits(proxy, ["/a"]), []);
});

test("what a log holds is in force again, and its order goes on", async () => {
  const purged: PurgeRecord[] = [
    {
      sequence: 7,
      at: 0,
      soft: false,
      scopes: [{ kind: "all" }, { kind: "ban", ban: { where: [{ field: "status", equals: 404 }] } }],
    },
    { sequence: 9, at: 0, soft: true, scopes: [{ kind: "prefix", prefix: "/" }, { kind: "host", host: "a" }] },
  ];
  const proxy = startProxy({ purged });
  counting(proxy);
  const { sequence, scopes, bans } = proxy.engine.stats.purging;
  assert.deepEqual({ sequence, scopes, bans }, { sequence: 9, scopes: 2, bans: 1 });
  assert.deepEqual(await hits(proxy, ["/a", "/a"]), ["/a"], "what is fetched now is newer");
  assert.deepEqual(await proxy.engine.purge({ all: true }), { sequence: 10 });
});

test("a log is written anew when most of what it tells is forgotten", async () => {
  const log = new FakeLog();
  log.written.open();
  const proxy = startProxy({ purgeLog: log });
  const tags = Array.from({ length: 500 }, (_, i) => `tag-${i}-${"x".repeat(200)}`);
  for (let i = 0; i < 20; i++) {
    await proxy.engine.purge({ tags });
    proxy.clock.advance(20);
  }
  assert.ok(log.bytes < 2 * 1024 * 1024, `${log.bytes} bytes`);
  assert.ok(log.records.length < 20);
  assert.equal(log.records.at(-1)?.sequence, 20);
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

test("a ban by status takes a stored part for the 200 that it is a part of", async () => {
  const proxy = startProxy();
  const part = { ...FRESH, etag: '"v1"', "content-range": "bytes 0-1/4" };
  proxy.origin.respond(() => originResponse("v1", part, 206));
  const range = { headers: { range: "bytes=0-1" } };
  await proxy.getText("/a", range);
  await settled();
  assert.match((await proxy.get("/a", range)).headers.get("cache-status") ?? "", /; hit/);
  await proxy.engine.purge({ bans: [{ where: [{ field: "status", equals: 206 }] }] });
  assert.match((await proxy.get("/a", range)).headers.get("cache-status") ?? "", /; hit/);
  await proxy.engine.purge({ bans: [{ where: [{ field: "status", equals: 200 }] }] });
  assert.doesNotMatch((await proxy.get("/a", range)).headers.get("cache-status") ?? "", /; hit/);
});
