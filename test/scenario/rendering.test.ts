// Hits of one second are alike, and where a runtime copies responses cheaply they are copies of one.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ByteBudget } from "../../src/storage/byte-budget.ts";
import { MemoryStore } from "../../src/storage/memory-store.ts";
import { type ScriptedProxy, settled, startProxy } from "../support/scripted-proxy.ts";

const FIELDS = { "cache-control": "max-age=60", "content-type": "text/plain" };

async function told(proxy: ScriptedProxy, path = "/page") {
  const response = await proxy.get(path);
  return [response.status, response.headers.get("age"), response.headers.get("cache-status"), await response.text()];
}

test("copies tell the age and lifetime of their second, and each has a body of its own", async () => {
  const proxy = startProxy({ copyResponses: true });
  proxy.origin.reply("the page", FIELDS);
  await proxy.getText("/page");
  await settled();
  for (const age of [0, 1, 7]) {
    for (let visit = 0; visit < 4; visit++) {
      assert.deepEqual(await told(proxy), [200, String(age), `lacquer; hit; ttl=${60 - age}`, "the page"]);
    }
    proxy.clock.advance(age === 0 ? 1_000 : 6_000);
  }
  const unread = await Promise.all([proxy.get("/page"), proxy.get("/page")]);
  await unread[0]!.body?.cancel();
  assert.equal(await unread[1]!.text(), "the page");
});

test("a copy that a client alters is altered for nobody else", async () => {
  const proxy = startProxy({ copyResponses: true });
  proxy.origin.reply("the page", FIELDS);
  await proxy.getText("/page");
  for (let visit = 0; visit < 4; visit++) {
    const { headers } = await proxy.get("/page");
    assert.equal(headers.get("x-mine"), null);
    headers.set("x-mine", String(visit));
  }
});

test("the original takes memory once, and gives it back with the response", async () => {
  let budget!: ByteBudget;
  const createStore = (given: ByteBudget) => new MemoryStore(budget = given);
  const proxy = startProxy({ copyResponses: true, createStore });
  proxy.origin.reply("x".repeat(5_000), FIELDS);
  await proxy.getText("/page");
  await settled();
  const stored = budget.used;
  await proxy.getText("/page");
  assert.equal(budget.used, stored, "one hit a second is not worth an original");
  for (let second = 0; second < 3; second++) {
    for (let visit = 0; visit < 3; visit++) await proxy.getText("/page");
    assert.equal(budget.used, stored + 5_000);
    proxy.clock.advance(1_000);
  }
  proxy.engine.invalidate("http://example.org/page");
  assert.equal(budget.used - proxy.engine.coalescing.bytesRemembered, 0);
});

test("nothing that is stored is given up for an original", async () => {
  const proxy = startProxy({ copyResponses: true, memoryBytes: 16_000 });
  proxy.origin.reply("x".repeat(5_000), FIELDS);
  for (const path of ["/a", "/b"]) await proxy.getText(path);
  await settled();
  const size = proxy.engine.size;
  for (let visit = 0; visit < 5; visit++) {
    for (const path of ["/a", "/b"]) assert.equal((await proxy.getText(path)).length, 5_000);
  }
  assert.deepEqual([size, proxy.engine.size, proxy.origin.requests.length], [2, 2, 2]);
});

test("what only one client is told is not in the copies of others", async () => {
  const proxy = startProxy({ copyResponses: true, isTrusted: () => true });
  proxy.origin.reply("the page", FIELDS);
  await proxy.getText("/page");
  for (let visit = 0; visit < 4; visit++) {
    await told(proxy);
    const debugged = await proxy.get("/page", { headers: { "lacquer-debug": "key" }, peer: { address: "10.0.0.1" } });
    assert.match(debugged.headers.get("cache-status") ?? "", /; key="http:\/\/example.org\/page"/);
    assert.deepEqual(await told(proxy), [200, "0", "lacquer; hit; ttl=60", "the page"]);
  }
});

for (const copyResponses of [true, false]) {
  test(`a 304 tells the age and lifetime of its second, copied or not: ${copyResponses}`, async () => {
    const proxy = startProxy({ copyResponses, isTrusted: () => true });
    proxy.origin.reply("the page", { ...FIELDS, etag: '"1"', "set-cookie": "a=1" });
    proxy.origin.reply("the page", { ...FIELDS, etag: '"1"' });
    for (let visit = 0; visit < 2; visit++) await proxy.getText("/page");
    const headers = { "if-none-match": '"0", W/"1"' };
    for (const age of [0, 1]) {
      for (let visit = 0; visit < 3; visit++) {
        const { status, headers: told, body } = await proxy.get("/page", { headers });
        assert.deepEqual([status, body, told.get("etag"), told.get("content-type")], [304, null, '"1"', null]);
        assert.deepEqual([told.get("age"), told.get("cache-status")], [String(age), `lacquer; hit; ttl=${60 - age}`]);
        told.set("etag", "altered");
      }
      const debugged = await proxy.get("/page", { headers: { ...headers, "lacquer-debug": "key" }, peer: {} });
      assert.match(debugged.headers.get("cache-status") ?? "", /; key=/);
      assert.equal((await proxy.get("/page")).headers.get("content-type"), "text/plain");
      proxy.clock.advance(1_000);
    }
    const { status, bytesSent, complete } = proxy.exchanges.at(-2)!;
    assert.deepEqual([status, bytesSent, complete], [304, 0, true]);
  });
}
