/** Each member of `Cache-Status` (RFC 9211), and what is hidden from clients. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { barrier, originResponse, settled, startProxy } from "../support/scripted-proxy.ts";

const FRESH = { "cache-control": "max-age=60" };
const TRUSTED = { address: "127.0.0.1" };
const DEBUG = { "lacquer-debug": "key" };

const status = (response: Response) => response.headers.get("cache-status");

test("a miss tells why it went to the origin, what came, and that it is stored; a hit what is left", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", FRESH);
  assert.equal(status(await proxy.get("/page")), "lacquer; fwd=uri-miss; fwd-status=200; ttl=60; stored");
  await settled();
  proxy.clock.advance(1_500);
  assert.equal(status(await proxy.get("/page")), "lacquer; hit; ttl=59");
  assert.equal(status(await proxy.get("/page", { method: "HEAD" })), "lacquer; hit; ttl=59");
});

test("what is not stored says why", async () => {
  const rows: [Record<string, string>, string, number?][] = [
    [{ "cache-control": "private" }, "private"],
    [{ "cache-control": "no-store" }, "no-store"],
    [{ ...FRESH, "set-cookie": "a=b" }, "set-cookie"],
    [{ ...FRESH, vary: "*" }, "vary-star"],
    [{ "cache-control": "max-age=0" }, "no-freshness"],
    [{}, "error-without-freshness", 404],
    [FRESH, "status", 412],
  ];
  for (const [fields, detail, code = 200] of rows) {
    const proxy = startProxy();
    proxy.origin.reply("v1", fields, code);
    assert.equal(status(await proxy.get("/page")), `lacquer; fwd=uri-miss; fwd-status=${code}; detail=${detail}`);
  }
});

test("other ways to the origin have other reasons", async () => {
  const proxy = startProxy();
  proxy.origin.respond(() => originResponse("v1", { ...FRESH, vary: "accept-language" }));
  await proxy.getText("/page", { headers: { "accept-language": "de" } });
  await settled();
  const variant = await proxy.get("/page", { headers: { "accept-language": "en" } });
  assert.equal(status(variant), "lacquer; fwd=vary-miss; fwd-status=200; ttl=60; stored");
  await settled();
  proxy.clock.advance(70_000);
  const stale = await proxy.get("/page", { headers: { "accept-language": "en" } });
  assert.equal(status(stale), "lacquer; fwd=stale; fwd-status=200; ttl=60; stored");
  assert.equal(status(await proxy.get("/page", { method: "PUT", body: "x" })), "lacquer; fwd=method; fwd-status=200");
});

test("those who waited tell that they collapsed into another's fetch", async () => {
  const proxy = startProxy();
  const gate = barrier();
  proxy.origin.respond(async () => {
    await gate.passed;
    return originResponse("v1", FRESH);
  });
  const waiting = [proxy.get("/page"), proxy.get("/page")];
  await settled();
  gate.open();
  const [leader, follower] = await Promise.all(waiting);
  assert.equal(status(leader!), "lacquer; fwd=uri-miss; fwd-status=200; ttl=60; stored");
  assert.equal(status(follower!), "lacquer; fwd=uri-miss; fwd-status=200; ttl=60; stored; collapsed");
});

test("it is put behind what the caches before this one say, on misses, hits and passes", async () => {
  const proxy = startProxy();
  proxy.origin.respond(() => originResponse("v1", { ...FRESH, "cache-status": 'shield; hit, "edge 2"; fwd=stale' }));
  const before = 'shield; hit, "edge 2"; fwd=stale, lacquer; ';
  assert.equal(status(await proxy.get("/page")), `${before}fwd=uri-miss; fwd-status=200; ttl=60; stored`);
  await settled();
  for (let visit = 0; visit < 2; visit++) assert.equal(status(await proxy.get("/page")), `${before}hit; ttl=60`);
  assert.equal(status(await proxy.get("/page", { method: "PUT" })), `${before}fwd=method; fwd-status=200`);
});

test("the key is told to trusted peers that ask for it, and to nobody with them", async () => {
  const proxy = startProxy({ isTrusted: (address) => address === TRUSTED.address });
  proxy.origin.reply("v1", FRESH);
  const asked = { headers: DEBUG, peer: TRUSTED };
  const key = 'key="http://example.org/page?a=1&b=2"';
  const miss = await proxy.get("/page?b=2&a=1", asked);
  assert.equal(status(miss), `lacquer; fwd=uri-miss; fwd-status=200; ttl=60; stored; ${key}`);
  await settled();
  assert.equal(status(await proxy.get("/page?b=2&a=1", asked)), `lacquer; hit; ttl=60; ${key}`);
  assert.equal(status(await proxy.get("/page?b=2&a=1")), "lacquer; hit; ttl=60");
  assert.equal(status(await proxy.get("/page?b=2&a=1", asked)), `lacquer; hit; ttl=60; ${key}`);
  const others = [{ headers: DEBUG, peer: { address: "192.0.2.1" } }, { headers: DEBUG }];
  for (const ask of others) assert.equal(status(await proxy.get("/page?b=2&a=1", ask)), "lacquer; hit; ttl=60");
  const another = { headers: { "lacquer-debug": "keys" }, peer: TRUSTED };
  assert.equal(status(await proxy.get("/page?b=2&a=1", another)), "lacquer; hit; ttl=60");
});

test("a key is a string of printable ASCII, whatever it holds", async () => {
  const proxy = startProxy({ isTrusted: () => true });
  proxy.origin.reply("v1", FRESH);
  const get = (rawTarget: string) => proxy.get("/", { headers: DEBUG, peer: { ...TRUSTED, rawTarget } });
  assert.match(status(await get('/a"b\\c')) ?? "", /key="http:\/\/example\.org\/a\\"b\\\\c"$/);
  assert.match(status(await get("/\u00e9")) ?? "", /key="http:\/\/example\.org\/%C3%A9"$/);
  const query = await proxy.get("/q", {
    method: "QUERY",
    body: "x",
    headers: { ...DEBUG, "content-type": "text/plain" },
    peer: TRUSTED,
  });
  assert.match(status(query) ?? "", /key="http:\/\/example\.org\/q%0Atext\/plain%0A%0A%0A[0-9a-f]{64}"$/i);
});

test("failures and refusals tell what happened, and are no hits", async () => {
  const proxy = startProxy({ isTrusted: () => true });
  proxy.origin.fail("connect-timeout");
  assert.equal(status(await proxy.get("/page")), "lacquer; fwd=uri-miss; detail=connect-timeout");
  const cached = await proxy.get("/page", { headers: { "cache-control": "only-if-cached" }, peer: TRUSTED });
  assert.equal(status(cached), "lacquer; detail=only-if-cached");
});

test("fields meant for this cache are not sent on: neither stored nor passed, neither to GET nor to others", async () => {
  for (const options of [{}, { hiddenFields: ["X-Secret"] }]) {
    const proxy = startProxy(options);
    const fields = { ...FRESH, "lacquer-cache-control": "max-age=30", "surrogate-control": "x", "x-secret": "1" };
    proxy.origin.respond(() => originResponse("v1", { ...fields, "cdn-cache-control": "max-age=40" }));
    const names = ["lacquer-cache-control", "surrogate-control", "x-secret"];
    const told = (response: Response) => names.filter((name) => response.headers.has(name));
    const expected = "hiddenFields" in options ? names.slice(0, 2) : names.slice(2);
    const responses = [await proxy.get("/page")];
    await settled();
    responses.push(await proxy.get("/page"), await proxy.get("/page", { method: "PUT", body: "x" }));
    responses.push(await proxy.get("/page", { method: "HEAD" }));
    for (const response of responses) {
      assert.deepEqual(told(response), expected);
      assert.equal(response.headers.get("cdn-cache-control"), "max-age=40");
    }
    assert.match(status(responses[1]!) ?? "", /ttl=30$/);
  }
});
