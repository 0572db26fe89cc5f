import assert from "node:assert/strict";
import { test } from "node:test";
import { CacheEngine } from "../../src/engine/cache-engine.ts";
import { PurgeError } from "../../src/invalidation/purge-request.ts";
import type { AccessRecord } from "../../src/server/access-log.ts";
import { proxyHandler } from "../../src/server/proxy-handler.ts";
import { purgeMethod } from "../../src/server/purge-method.ts";
import { FakeEngine, problemOf } from "../support/fake-admin.ts";
import { ManualClock } from "../support/manual-clock.ts";

/** A proxy whose PURGE goes to an engine that keeps what it was asked for. */
function proxy(allow: readonly string[]) {
  const clock = new ManualClock();
  const forwarded: string[] = [];
  const records: AccessRecord[] = [];
  const purging = new FakeEngine();
  const origin = (request: Request) => {
    forwarded.push(request.method);
    return new Response("found");
  };
  const handler = proxyHandler({
    engine: new CacheEngine({ origin, clock, timers: clock }),
    hosts: ["example.org"],
    clock,
    purgeMethod: purgeMethod(purging, allow),
    onRejected: (record) => records.push(record),
  });
  const ask = async (
    url: string,
    { method = "PURGE", address = "192.0.2.1", rawTarget, fields = {} }: {
      method?: string;
      address?: string;
      rawTarget?: string;
      fields?: Record<string, string>;
    } = {},
  ) => {
    const request = new Request(url, { headers: { host: new URL(url).host, ...fields } });
    Object.defineProperty(request, "method", { value: method }); // Bun makes a GET of some of these
    return await handler(request, { address, rawTarget, expectDelay: () => {} });
  };
  return { ask, purging, forwarded, records };
}

test("purgeMethod() purges the URL, under both schemes, for an address of the list", async () => {
  const { ask, purging, forwarded, records } = proxy(["192.0.2.0/24", "::1/128"]);
  const response = await ask("http://example.org/a?b=1");
  assert.deepEqual([response.status, await response.text()], [200, '{"sequence":1}\n']);
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.equal((await ask("http://example.org/a?b=1", { address: "::1" })).status, 200);
  const urls = ["http://example.org/a?b=1", "https://example.org/a?b=1"];
  assert.deepEqual(purging.purges, [{ urls, soft: false }, { urls, soft: false }]);
  assert.deepEqual(forwarded, []);
  assert.deepEqual(records.map(({ method, status }) => [method, status]), [["PURGE", 200], ["PURGE", 200]]);
});

test("purgeMethod() makes it a soft purge where Soft-Purge is 1", async () => {
  const { ask, purging } = proxy(["192.0.2.1/32"]);
  for (const value of ["1", "0", "yes"]) await ask("http://example.org/", { fields: { "soft-purge": value } });
  assert.deepEqual(purging.purges.map(({ soft }) => soft), [true, false, false]);
});

test("purgeMethod() takes path and query byte for byte, where the runtime shows them", async () => {
  const { ask, purging } = proxy(["192.0.2.1/32"]);
  await ask("http://example.org/a%22b", { rawTarget: '/a"b' });
  await ask("http://example.org/c", { rawTarget: "http://example.org/c" });
  assert.deepEqual(purging.purges.map(({ urls }) => urls?.[0]), ['http://example.org/a"b', "http://example.org/c"]);
});

test("purgeMethod() refuses every other address with 405, whatever forwarding fields say, and forwards nothing", async () => {
  for (const allow of [[], ["10.0.0.0/8"]]) {
    const { ask, purging, forwarded } = proxy(allow);
    const fields = { "x-forwarded-for": "10.0.0.1", "forwarded": "for=10.0.0.1", "x-real-ip": "10.0.0.1" };
    for (const address of ["192.0.2.1", "", "127.0.0.1"]) {
      const response = await ask("http://example.org/a", { address, fields });
      assert.equal(response.status, 405);
      assert.match(response.headers.get("allow") ?? "", /^GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS/);
    }
    assert.deepEqual([purging.purges, forwarded], [[], []]);
  }
});

test("purgeMethod() opens the door to PURGE alone, and only under a name of the proxy", async () => {
  const { ask, purging, forwarded } = proxy(["192.0.2.1/32"]);
  for (const method of ["BAN", "REFRESH", "purge", "Purge", "PURGEX"]) {
    assert.equal((await ask("http://example.org/", { method })).status, 405, method);
  }
  assert.equal((await ask("http://example.com/")).status, 421);
  assert.equal((await ask("http://example.org/", { fields: { host: "example.com" } })).status, 400);
  assert.deepEqual([purging.purges, forwarded], [[], []]);
});

test("purgeMethod() answers 403 to a page in a browser, whose user may purge", async () => {
  const { ask, purging, forwarded } = proxy(["192.0.2.1/32"]);
  for (const origin of ["http://evil.example", "null"]) {
    const { status } = await problemOf(await ask("http://example.org/", { fields: { origin } }));
    assert.equal(status, 403);
  }
  assert.deepEqual([purging.purges, forwarded], [[], []]);
});

test("purgeMethod() tells why the engine refused", async () => {
  const { ask, purging } = proxy(["192.0.2.1/32"]);
  purging.refusal = new PurgeError("not-durable", "Cannot keep purge: the disk is full");
  const { status, detail } = await problemOf(await ask("http://example.org/"));
  assert.deepEqual([status, detail], [503, "Cannot keep purge: the disk is full"]);
});
