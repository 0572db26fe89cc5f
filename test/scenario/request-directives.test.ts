/** What trusted clients ask of the cache (RFC 9111 §5.2.1, §5.4; RFC 5861 §4; RFC 8246). Of others nothing counts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { originResponse, settled, startProxy } from "../support/scripted-proxy.ts";

const TRUSTED = { address: "127.0.0.1" };

/** A stored response `seconds` old, and the answer to a request with these fields. */
async function ask(stored: string, seconds: number, headers: Record<string, string>, peer = TRUSTED) {
  const proxy = startProxy({ isTrusted: (address) => address === TRUSTED.address });
  proxy.origin.reply("v1", { "cache-control": stored, etag: '"1"' })
    .respond(() => originResponse("v2", { "cache-control": stored, etag: '"2"' }));
  await proxy.getText("/page");
  await settled();
  proxy.clock.advance(seconds * 1000);
  const response = await proxy.get("/page", { headers, peer });
  const status = response.headers.get("cache-status") ?? "";
  return { proxy, response, text: await response.text(), status };
}

const HIT = /^lacquer; hit; ttl=-?\d+$/;
const ASKED = /^lacquer; fwd=request; fwd-status=200/;

const ROWS: ReadonlyArray<[stored: string, seconds: number, wish: string, expected: RegExp]> = [
  ["max-age=60", 10, "max-age=10", HIT],
  ["max-age=60", 11, "max-age=10", ASKED],
  ["max-age=60", 10, "max-age=0", ASKED],
  ["max-age=60", 10, "max-age=soon", ASKED],
  ["max-age=60", 10, "max-age", ASKED],
  ["max-age=60", 10, "max-age=20, max-age=5", ASKED],
  ["max-age=60", 50, "min-fresh=10", HIT],
  ["max-age=60", 50, "min-fresh=11", ASKED],
  ["max-age=60", 0, "min-fresh", ASKED],
  ["max-age=60", 0, "no-cache", ASKED],
  ["max-age=60", 0, "no-store", HIT],
  ["max-age=60", 65, "max-stale=5", HIT],
  ["max-age=60", 66, "max-stale=5", /fwd=stale/],
  ["max-age=60", 600, "max-stale", HIT],
  ["max-age=60", 65, "max-stale=10, max-age=64", /fwd=stale/],
  ["max-age=60", 65, "max-stale=10, min-fresh=1", /fwd=stale/],
  ["max-age=60", 65, "max-stale=10, no-cache", /fwd=stale/],
  ["max-age=60, must-revalidate", 65, "max-stale", /fwd=stale/],
  ["max-age=60, proxy-revalidate", 65, "max-stale", /fwd=stale/],
  ["s-maxage=60", 65, "max-stale", /fwd=stale/],
  ["no-cache, max-age=60", 5, "max-stale", /fwd=stale/],
  ["max-age=60, stale-while-revalidate=60", 65, "max-age=100", ASKED],
  ["max-age=60, stale-while-revalidate=60", 65, "no-cache", ASKED],
  ["max-age=60, stale-while-revalidate=60", 65, "max-stale=60", HIT],
  ["max-age=60, immutable", 10, "max-age=0", HIT],
  ["max-age=60, immutable", 10, "no-cache", ASKED],
  ["max-age=60, immutable", 10, "min-fresh=51", ASKED],
  ["max-age=60, immutable", 61, "max-age=0", /fwd=stale/],
  ["max-age=60", 10, "only-if-cached", HIT],
];

for (const [stored, seconds, wish, expected] of ROWS) {
  test(`"${stored}" of ${seconds} s under "${wish}" from a trusted peer: ${expected.source}`, async () => {
    const { status, text } = await ask(stored, seconds, { "cache-control": wish });
    assert.match(status, expected);
    assert.equal(text, expected === HIT ? "v1" : "v2");
  });
}

test("directives of peers that are not trusted are not obeyed, and do not make the origin work", async () => {
  const other = { address: "192.0.2.1" };
  for (const wish of ["no-cache", "max-age=0", "min-fresh=999", "only-if-cached", "no-store"]) {
    const { status } = await ask("max-age=60", 10, { "cache-control": wish, pragma: "no-cache" }, other);
    assert.match(status, HIT, wish);
  }
  const { text } = await ask("max-age=60", 61, { "cache-control": "max-stale" }, other);
  assert.equal(text, "v2");
  const { response } = await ask("max-age=60", 61, { "cache-control": "only-if-cached" }, other);
  assert.equal(response.status, 200);
});

test("Pragma: no-cache counts where there is no Cache-Control (RFC 9111 §5.4)", async () => {
  assert.match((await ask("max-age=60", 10, { pragma: "no-cache" })).status, ASKED);
  assert.match((await ask("max-age=60", 10, { pragma: "no-cache", "cache-control": "x" })).status, HIT);
  assert.match((await ask("max-age=60", 10, { pragma: "x" })).status, HIT);
});

test("only-if-cached gets 504 where nothing stored may be used, and the origin is left alone", async () => {
  for (const [seconds, wish] of [[61, "only-if-cached"], [10, "only-if-cached, no-cache"]] as const) {
    const { proxy, response, status } = await ask("max-age=60", seconds, { "cache-control": wish });
    assert.equal(response.status, 504);
    assert.equal(status, "lacquer; detail=only-if-cached");
    assert.equal(proxy.origin.requests.length, 1);
  }
  const proxy = startProxy({ isTrusted: () => true });
  const headers = { "cache-control": "only-if-cached" };
  for (const method of ["GET", "HEAD"]) {
    assert.equal((await proxy.get("/page", { method, headers, peer: TRUSTED })).status, 504);
  }
  assert.equal(proxy.origin.requests.length, 0);
});

test("only-if-cached with max-stale gets what is stale", async () => {
  const { text, status } = await ask("max-age=60", 65, { "cache-control": "only-if-cached, max-stale=5" });
  assert.equal(text, "v1");
  assert.equal(status, "lacquer; hit; ttl=-5");
});

test("what a client does not want stored is neither stored nor shared (RFC 9111 §5.2.1.5)", async () => {
  const proxy = startProxy({ isTrusted: () => true });
  let count = 0;
  proxy.origin.respond(() => originResponse(`v${++count}`, { "cache-control": "max-age=60" }));
  const headers = { "cache-control": "no-store" };
  const bodies = await Promise.all([1, 2].map(() => proxy.getText("/page", { headers, peer: TRUSTED })));
  assert.deepEqual(bodies.toSorted(), ["v1", "v2"]);
  await settled();
  assert.equal(proxy.engine.size, 0);
  assert.equal(proxy.engine.fetching, 0);
});

test("stale-if-error of a request widens the window, but not where stale use is forbidden (RFC 5861 §4)", async () => {
  const rows: [stored: string, seconds: number, wish: string, status: number][] = [
    ["max-age=60", 70, "stale-if-error=10", 502],
    ["max-age=60", 69, "stale-if-error=10", 200],
    ["max-age=60, stale-if-error=30", 89, "stale-if-error=10", 200],
    ["max-age=60, stale-if-error=30", 69, "no-cache", 502],
    ["max-age=60, stale-if-error=30", 69, "no-cache, stale-if-error=10", 200],
    ["max-age=60, must-revalidate", 65, "stale-if-error=10", 504],
    ["no-cache, max-age=60", 5, "stale-if-error=10", 504],
    ["max-age=60", 5, "max-age=0", 200], // it is fresh, and better than nothing
  ];
  for (const [stored, seconds, wish, status] of rows) {
    const proxy = startProxy({ isTrusted: () => true });
    proxy.origin.reply("v1", { "cache-control": stored, etag: '"1"' }).fail("connect");
    await proxy.getText("/page");
    await settled();
    proxy.clock.advance(seconds * 1000);
    const response = await proxy.get("/page", { headers: { "cache-control": wish }, peer: TRUSTED });
    assert.equal(response.status, status, `${stored} after ${seconds} s under ${wish}`);
  }
});

test("a validation that a client asked for, and that confirms, freshens what is stored for all", async () => {
  const proxy = startProxy({ isTrusted: () => true });
  const fields = { "cache-control": "max-age=60", etag: '"1"' };
  proxy.origin.reply("v1", fields).reply("", fields, 304);
  await proxy.getText("/page");
  await settled();
  proxy.clock.advance(50_000);
  const response = await proxy.get("/page", { headers: { "cache-control": "no-cache" }, peer: TRUSTED });
  assert.equal(response.headers.get("cache-status"), "lacquer; fwd=request; fwd-status=304; ttl=60; stored");
  assert.equal((await proxy.get("/page")).headers.get("cache-status"), "lacquer; hit; ttl=60");
});
