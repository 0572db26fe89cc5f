/** One stored response for several queries, where it says so (No-Vary-Search). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../src/storage/memory-store.ts";
import { originResponse, settled, startProxy } from "../support/scripted-proxy.ts";

/** A proxy before an origin that answers every query with this `No-Vary-Search`, and tells what it was asked. */
function saying(field: string, options: Parameters<typeof startProxy>[0] = {}) {
  const proxy = startProxy(options);
  proxy.origin.respond((request) =>
    originResponse(request.target, {
      "cache-control": "max-age=60",
      "no-vary-search": field,
      etag: `"${request.target}"`,
    })
  );
  const ask = async (target: string, method = "GET") => {
    const text = await proxy.getText(target, { method });
    await settled();
    return text;
  };
  return { proxy, ask };
}

test("a query that differs in nothing that counts is answered by what another one stored", async () => {
  const { proxy, ask } = saying('params=("utm" "sid")');
  assert.equal(await ask("/page?id=1&utm=a"), "/page?id=1&utm=a");
  for (const target of ["/page?id=1", "/page?id=1&utm=b", "/page?id=1&sid=9&utm=a", "/page?id=%31&utm=c"]) {
    assert.equal(await ask(target), "/page?id=1&utm=a", target);
  }
  assert.equal((await proxy.get("/page?id=1")).headers.get("cache-status"), "lacquer; hit; ttl=60");
  assert.equal((await proxy.get("/page?id=1", { method: "HEAD" })).headers.get("cache-status"), "lacquer; hit; ttl=60");
  assert.equal(proxy.origin.requests.length, 1);
  assert.equal(await ask("/page?id=2&utm=a"), "/page?id=2&utm=a");
  assert.equal(await ask("/other?id=1"), "/other?id=1");
});

test("a field that is not valid makes no two queries the same", async () => {
  for (const field of ["params=utm", 'params=("utm"', "params=(utm)", 'params=("utm"), except=("id")', "key-order=1"]) {
    const { ask } = saying(field);
    await ask("/page?id=1&utm=a");
    assert.equal(await ask("/page?id=1"), "/page?id=1", field);
  }
});

test("only what except names counts", async () => {
  const { ask } = saying('except=("id")');
  await ask("/page?id=1&x=2");
  assert.equal(await ask("/page?y=3&id=1"), "/page?id=1&x=2");
  assert.equal(await ask("/page?id=2"), "/page?id=2");
});

test("what another query stored answers no more once it is stale or gone", async () => {
  const { proxy, ask } = saying('params=("utm")');
  await ask("/page?utm=a");
  proxy.clock.advance(70_000);
  assert.equal(await ask("/page?utm=b"), "/page?utm=b");
  assert.equal(await ask("/page?utm=c"), "/page?utm=b", "the newer one");
  proxy.engine.invalidate("http://example.org/page?utm=b");
  assert.equal(await ask("/page?utm=d"), "/page?utm=d");
});

test("invalidating a URI takes out what another query stored for it", async () => {
  for (const how of ["invalidate", "DELETE"] as const) {
    const { proxy, ask } = saying('params=("utm")');
    await ask("/page?utm=a");
    if (how === "DELETE") await ask("/page?utm=z", how);
    else proxy.engine.invalidate("http://example.org/page?utm=z");
    assert.equal(await ask("/page?utm=b"), "/page?utm=b");
  }
});

test("a response answers by its own field, not by that of others of its path", async () => {
  const proxy = startProxy();
  proxy.origin.reply("a", { "cache-control": "max-age=60", "no-vary-search": 'params=("utm")' })
    .reply("b", { "cache-control": "max-age=60" });
  await proxy.getText("/page?id=1&utm=a");
  await settled();
  assert.equal(await proxy.getText("/page?id=2&utm=a"), "b");
  await settled();
  assert.equal(await proxy.getText("/page?id=2&utm=b"), "b", "asked for");
  assert.equal(proxy.origin.requests.length, 3);
});

test("a variant of another query has to be selected like any other", async () => {
  const proxy = startProxy();
  const fields = { "cache-control": "max-age=60", "no-vary-search": 'params=("utm")', vary: "accept-language" };
  proxy.origin.respond((request) => originResponse(request.target, fields));
  const ask = (target: string, language: string) => proxy.getText(target, { headers: { "accept-language": language } });
  await ask("/page?utm=a", "de");
  await settled();
  assert.equal(await ask("/page?utm=b", "de"), "/page?utm=a");
  assert.equal(await ask("/page?utm=b", "en"), "/page?utm=b");
});

test("what is remembered of queries takes a small share of the memory, however many there are", async () => {
  let used = () => 0;
  let store!: MemoryStore;
  const { proxy, ask } = saying("key-order", {
    memoryBytes: 320_000,
    createStore: (budget) => {
      used = () => budget.used;
      return store = new MemoryStore(budget);
    },
  });
  const padding = "x".repeat(1_000);
  for (let i = 0; i < 60; i++) await ask(`/page?id=${i}&${padding}`);
  assert.ok(used() - store.bytes <= 10_000, `${used() - store.bytes} bytes`);
  assert.equal(await ask(`/page?${padding}&id=59`), `/page?id=59&${padding}`);
  assert.ok(proxy.engine.size > 20);
});
