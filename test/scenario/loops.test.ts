// A request that comes round to the cache that forwarded it must not wait for itself (RFC 9110 §7.6.3).
import assert from "node:assert/strict";
import { test } from "node:test";
import { CacheEngine } from "../../src/engine/cache-engine.ts";
import { startProxy } from "../support/scripted-proxy.ts";

test("an engine whose origin is itself answers 508, which nobody stores, whatever the method", async () => {
  let rounds = 0;
  const engine: CacheEngine = new CacheEngine({
    origin: (request) => ++rounds > 3 ? new Response("lost") : engine.handle(request),
  });
  for (const method of ["GET", "HEAD", "POST", "GET"]) {
    rounds = 0;
    const response = await engine.handle(new Request("http://example.org/", { method }));
    assert.deepEqual([response.status, rounds], [508, 1], method);
    assert.match(response.headers.get("cache-status") ?? "", /^lacquer; detail=loop, lacquer; fwd=/);
    assert.equal(response.headers.get("cache-control"), "no-store");
  }
  assert.equal(engine.size, 0);
});

test("two engines in a row work, and store both", async () => {
  const inner = new CacheEngine({ origin: () => new Response("v1", { headers: { "cache-control": "max-age=60" } }) });
  const outer = new CacheEngine({ origin: (request) => inner.handle(request) });
  const ask = async () => (await outer.handle(new Request("http://example.org/"))).text();
  assert.deepEqual([await ask(), await ask(), outer.size, inner.size], ["v1", "v1", 1, 1]);
});

test("a loop is refused where it would go on, and is recorded; what is stored ends it as well", async () => {
  const proxy = startProxy({ instance: "1a2b" });
  proxy.origin.reply("v1", { "cache-control": "max-age=60, stale-while-revalidate=60" });
  await proxy.getText("/page");
  const via = { headers: { via: "1.0 fred, 1.1 lacquer (1a2b)" } };
  const hit = await proxy.get("/page", via);
  assert.deepEqual([hit.status, await hit.text(), hit.headers.get("via")], [200, "v1", "1.1 lacquer"]);
  for (const path of ["/other", "/page"]) {
    proxy.clock.advance(61_000); // what is stale would be refreshed, and so forwarded
    const response = await proxy.get(path, via);
    assert.deepEqual([response.status, await response.text()], [508, "Loop Detected\n"]);
    assert.equal(response.headers.get("cache-status"), "lacquer; detail=loop");
    const { outcome, status, bytesSent, complete } = proxy.exchanges.at(-1)!;
    assert.deepEqual([outcome, status, bytesSent, complete], ["rejected", 508, 14, true]);
  }
  assert.equal(proxy.origin.requests.length, 1);
  assert.equal(await proxy.getText("/page", { headers: { via: "1.1 lacquer (9f9f)" } }), "v1");
});

test("engines tell each other apart by a random token, or by one that can stand in a comment", async () => {
  const tokens = new Set<string>();
  for (let engine = 0; engine < 10; engine++) {
    const proxy = startProxy();
    proxy.origin.reply("v1");
    await proxy.getText("/page");
    tokens.add(/^1\.1 lacquer \(([0-9a-f]{8})\)$/.exec(proxy.origin.lastField("via") ?? "")?.[1] ?? "none");
  }
  assert.equal(tokens.size, 10);
  for (const instance of ["", "a b", "(", "a\r\nb", "x".repeat(65)]) {
    assert.throws(() => startProxy({ instance }), RangeError, instance);
  }
});
