import { test } from "node:test";
import assert from "node:assert/strict";
import type { OriginRequest } from "../../src/origin/origin-client.ts";
import { openResponse, originResponse, settled, startProxy } from "../support/scripted-proxy.ts";

const TAGGED = {
  "cache-control": "max-age=60",
  "content-type": "text/plain",
  etag: '"v1"',
  "last-modified": "Wed, 31 Dec 2025 12:00:00 GMT",
};

async function withStored(body = "0123456789", fields: Record<string, string> = TAGGED) {
  const proxy = startProxy();
  proxy.origin.reply(body, fields);
  await proxy.getText("/page");
  return proxy;
}

test("a HEAD is answered from a stored GET, with its length and without its body", async () => {
  const proxy = await withStored();
  const response = await proxy.get("/page", { method: "HEAD" });
  assert.equal(response.headers.get("content-length"), "10");
  assert.equal(response.headers.get("cache-status"), "lacquer; hit; ttl=60");
  assert.equal(await response.text(), "");
});

test("a HEAD that misses goes to the origin as HEAD and stores nothing", async () => {
  const proxy = startProxy();
  proxy.origin.respond(() => ({ ...originResponse("", TAGGED), body: null, framing: "none" }));
  await proxy.get("/page", { method: "HEAD" });
  assert.equal(proxy.origin.requests[0]?.method, "HEAD");
  assert.equal(proxy.engine.size, 0);
});

const CONDITIONS: ReadonlyArray<[name: string, value: string, status: number]> = [
  ["if-none-match", '"v1"', 304],
  ["if-none-match", 'W/"v1"', 304],
  ["if-none-match", '"v0", "v1"', 304],
  ["if-none-match", "*", 304],
  ["if-none-match", '"v2"', 200],
  ["if-modified-since", "Wed, 31 Dec 2025 12:00:00 GMT", 304],
  ["if-modified-since", "Wed, 31 Dec 2025 11:59:59 GMT", 200],
  ["if-modified-since", "yesterday", 200],
  ["if-match", '"v1"', 200],
  ["if-match", '"v2"', 412],
  ["if-match", 'W/"v1"', 412],
  ["if-unmodified-since", "Wed, 31 Dec 2025 11:59:59 GMT", 412],
  ["if-unmodified-since", "Wed, 31 Dec 2025 12:00:00 GMT", 200],
];

for (const [name, value, status] of CONDITIONS) {
  test(`a stored response answers ${name}: ${value} with ${status}`, async () => {
    const proxy = await withStored();
    const response = await proxy.get("/page", { headers: { [name]: value } });
    assert.equal(response.status, status);
    assert.equal(await response.text(), status === 200 ? "0123456789" : "");
    assert.equal(response.headers.get("etag"), '"v1"');
    assert.equal(response.headers.get("content-type"), status === 200 ? "text/plain" : null);
    assert.equal(proxy.origin.requests.length, 1);
  });
}

test("a conditional request that misses fetches the whole response, stores it and answers 304", async () => {
  const proxy = startProxy();
  proxy.origin.reply("0123456789", TAGGED);
  const response = await proxy.get("/page", { headers: { "if-none-match": '"v1"' } });
  assert.equal(response.status, 304);
  assert.equal(proxy.origin.lastField("if-none-match"), undefined);
  await settled();
  assert.equal(await proxy.getText("/page"), "0123456789");
  assert.equal(proxy.origin.requests.length, 1);
});

const RANGES: ReadonlyArray<[range: string, status: number, body: string, contentRange: string | null]> = [
  ["bytes=0-3", 206, "0123", "bytes 0-3/10"],
  ["bytes=4-", 206, "456789", "bytes 4-9/10"],
  ["bytes=-3", 206, "789", "bytes 7-9/10"],
  ["bytes=8-99", 206, "89", "bytes 8-9/10"],
  ["bytes=10-", 416, "", "bytes */10"],
  ["bytes=-0", 416, "", "bytes */10"],
  ["bytes=5-1", 200, "0123456789", null],
  ["bytes=0-1,1-5", 200, "0123456789", null],
  ["lines=1-2", 200, "0123456789", null],
];

for (const [range, status, body, contentRange] of RANGES) {
  test(`a stored response answers Range: ${range} with ${status}`, async () => {
    const proxy = await withStored();
    const response = await proxy.get("/page", { headers: { range } });
    assert.equal(response.status, status);
    assert.equal(await response.text(), body);
    assert.equal(response.headers.get("content-range"), contentRange);
  });
}

test("If-Range lets a range through only when it names the stored response exactly", async () => {
  const proxy = await withStored();
  const ask = (value: string) => proxy.get("/page", { headers: { range: "bytes=0-3", "if-range": value } });
  assert.equal((await ask('"v1"')).status, 206);
  assert.equal((await ask('"v2"')).status, 200);
  assert.equal((await ask('W/"v1"')).status, 200);
  assert.equal((await ask("Wed, 31 Dec 2025 12:00:00 GMT")).status, 206);
  assert.equal((await ask("Wed, 31 Dec 2025 12:00:01 GMT")).status, 200);
});

test("a range that an origin answers with everything is cut from that, and everything is stored", async () => {
  const proxy = startProxy();
  proxy.origin.reply("0123456789", TAGGED);
  const response = await proxy.get("/page", { headers: { range: "bytes=2-3" } });
  assert.equal(response.status, 206);
  assert.equal(await response.text(), "23");
  assert.equal(proxy.origin.lastField("range"), "bytes=2-3");
  await settled();
  assert.equal(await proxy.getText("/page"), "0123456789");
  assert.equal(proxy.origin.requests.length, 1);
});

test("a range of what will not be stored goes to the origin as a range", async () => {
  const proxy = startProxy({ maxObjectBytes: 5 });
  proxy.origin.reply("23", { ...TAGGED, "content-range": "bytes 2-3/10" }, 206);
  const response = await proxy.get("/page", { headers: { range: "bytes=2-3" } });
  assert.equal(response.status, 206);
  assert.equal(await response.text(), "23");
  assert.equal(proxy.origin.lastField("range"), "bytes=2-3");
  assert.equal(proxy.origin.requests.length, 1);
});

test("variants are told apart by what the origin varies on, and by nothing else", async () => {
  const proxy = startProxy();
  proxy.origin.respond((request) => {
    const language = request.fields.find(([name]) => name === "accept-language")?.[1] ?? "none";
    return originResponse(language, { "cache-control": "max-age=60", vary: "Accept-Language" });
  });
  const ask = (language: string, agent: string) =>
    proxy.getText("/page", { headers: { "accept-language": language, "user-agent": agent } });
  assert.equal(await ask("de, en;q=0.5", "a"), "de, en;q=0.5");
  assert.equal(await ask("EN;q=0.50 ,  DE", "b"), "de, en;q=0.5");
  assert.equal(await ask("fr", "a"), "fr");
  assert.equal(proxy.origin.requests.length, 2);
  assert.equal(proxy.engine.size, 2);
});

test("the bytes keyed are the bytes forwarded: the query is sorted, ignored parameters never reach the origin", async () => {
  const proxy = startProxy({ query: { ignore: ["utm_*", "fbclid"] } });
  proxy.origin.reply("v1", { "cache-control": "max-age=60" });
  await proxy.getText("/page?b=2&utm_source=x&a=1&b=1&fbclid=3");
  await proxy.getText("/page?a=1&b=2&b=1");
  assert.deepEqual(proxy.origin.requests.map((request) => request.target), ["/page?a=1&b=2&b=1"]);
});

test("what clients say of themselves is removed and rewritten, unless they are trusted", async () => {
  const proxy = startProxy({ isTrusted: (address) => address === "127.0.0.1", instance: "1a2b" });
  proxy.origin.reply("v1", { "cache-control": "no-store" });
  const headers = {
    "x-forwarded-for": "1.2.3.4",
    "x-forwarded-host": "evil",
    "x-original-url": "/admin",
    "x-forwarded-proto": "https",
    via: "1.0 front",
  };
  await proxy.getText("/page", { headers, peer: { address: "192.0.2.7" } });
  assert.equal(proxy.origin.lastField("x-forwarded-for"), "192.0.2.7");
  assert.equal(proxy.origin.lastField("x-forwarded-host"), "example.org");
  assert.equal(proxy.origin.lastField("x-forwarded-proto"), "http");
  assert.equal(proxy.origin.lastField("x-original-url"), undefined);
  assert.equal(proxy.origin.lastField("forwarded"), "for=192.0.2.7;host=example.org;proto=http");
  assert.equal(proxy.origin.lastField("via"), "1.0 front, 1.1 lacquer (1a2b)");
  await proxy.getText("/page", { headers, peer: { address: "127.0.0.1" } });
  assert.equal(proxy.origin.lastField("x-forwarded-for"), "1.2.3.4, 127.0.0.1");
  assert.equal(proxy.origin.lastField("x-forwarded-proto"), "https");
  assert.equal(proxy.origin.requests[1]?.url, "https://example.org/page");
});

test("the scheme is what the nearest trusted proxy says, in Forwarded where there is no X-Forwarded-Proto", async () => {
  const proxy = startProxy({ isTrusted: (address) => address === "127.0.0.1" });
  proxy.origin.reply("v1", { "cache-control": "no-store" });
  const rows: ReadonlyArray<[scheme: string, headers: Record<string, string>, address?: string]> = [
    ["https", { forwarded: "for=10.0.0.1;proto=https" }],
    ["https", { forwarded: 'proto=http, for="[2001:db8::1]";Proto="HTTPS"' }],
    ["http", { forwarded: "proto=https, for=10.0.0.1" }],
    ["http", { forwarded: "proto=https, nonsense" }],
    ["http", { forwarded: "proto=gopher" }],
    ["http", { forwarded: "proto=https", "x-forwarded-proto": "http" }],
    ["http", { forwarded: "proto=https", "x-forwarded-proto": "" }],
    ["http", { forwarded: "proto=https" }, "192.0.2.7"],
  ];
  for (const [scheme, headers, address = "127.0.0.1"] of rows) {
    await proxy.getText("/page", { headers, peer: { address } });
    assert.equal(proxy.origin.requests.at(-1)?.url, `${scheme}://example.org/page`, JSON.stringify(headers));
    assert.equal(proxy.origin.lastField("x-forwarded-proto"), scheme);
    assert.ok(proxy.origin.lastField("forwarded")?.endsWith(`for=${address};host=example.org;proto=${scheme}`));
  }
});

test("hop-by-hop fields stop here, in both directions", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", { "cache-control": "max-age=60", connection: "x-hop", "x-hop": "1", "keep-alive": "5" });
  const response = await proxy.get("/page", { headers: { te: "trailers", "x-kept": "1" } });
  assert.equal(proxy.origin.lastField("te"), undefined);
  assert.equal(proxy.origin.lastField("x-kept"), "1");
  for (const name of ["connection", "x-hop", "keep-alive"]) assert.equal(response.headers.get(name), null);
  assert.equal((await proxy.get("/page")).headers.get("x-hop"), null);
});

test("an unsafe request removes what is stored for its target, a failed one does not", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", { "cache-control": "max-age=60" }).reply("no", {}, 403).reply("ok").reply("v2");
  await proxy.getText("/page");
  await proxy.getText("/page", { method: "POST", body: "x" });
  assert.equal(await proxy.getText("/page"), "v1");
  await proxy.getText("/page", { method: "POST", body: "x" });
  assert.equal(await proxy.getText("/page"), "v2");
});

test("the record of an exchange tells how it went and how much was sent", async () => {
  const proxy = startProxy();
  proxy.origin.reply("0123456789", TAGGED);
  await proxy.getText("/page");
  proxy.clock.advance(1000);
  await proxy.getText("/page");
  const [miss, hit] = proxy.exchanges;
  assert.deepEqual([miss?.outcome, miss?.forwardReason, miss?.stored, miss?.bytesSent, miss?.complete], [
    "miss",
    "uri-miss",
    true,
    10,
    true,
  ]);
  assert.deepEqual([hit?.outcome, hit?.ttl, hit?.bytesSent, hit?.cacheStatus], ["hit", 59, 10, "lacquer; hit; ttl=59"]);
});

function sent(request: OriginRequest, name: string): string {
  return request.fields.find(([found]) => found === name)?.[1] ?? "none";
}

test("a variant is selected by what the origin got, not by a field that Connection took away", async () => {
  const proxy = startProxy();
  const fields = { "cache-control": "max-age=60", vary: "Accept-Language, X-Colour" };
  proxy.origin.respond((request) =>
    originResponse(sent(request, "accept-language") + sent(request, "x-colour"), fields)
  );
  const headers = { "accept-language": "de", "x-colour": "red" };
  const hidden = { ...headers, connection: "close, Accept-Language, X-Colour" };
  assert.equal(await proxy.getText("/page", { headers: hidden }), "nonenone");
  assert.equal(await proxy.getText("/page", { headers }), "dered");
  assert.equal(await proxy.getText("/page"), "nonenone");
  assert.equal(proxy.origin.requests.length, 2);
});

test("a response that varies on who asked is not given to others", async () => {
  const proxy = startProxy();
  const fields = { "cache-control": "max-age=60", vary: "X-Forwarded-For" };
  proxy.origin.respond((request) => originResponse(sent(request, "x-forwarded-for"), fields));
  for (let visit = 0; visit < 2; visit++) {
    for (const address of ["192.0.2.1", "192.0.2.2"]) {
      assert.equal(await proxy.getText("/page", { peer: { address } }), address);
    }
  }
  assert.equal(proxy.origin.requests.length, 2);
});

test("a response that varies on its own host or scheme is shared whatever clients claim", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", { "cache-control": "max-age=60", vary: "X-Forwarded-Proto, X-Forwarded-Host" });
  for (const proto of ["http", "https"]) {
    await proxy.getText("/page", { headers: { "x-forwarded-proto": proto }, peer: { address: "192.0.2.1" } });
  }
  assert.equal(proxy.origin.requests.length, 1);
});

test("cookies that differ in a space are not the same variant", async () => {
  const proxy = startProxy();
  proxy.origin.respond((request) =>
    originResponse(sent(request, "cookie"), { "cache-control": "max-age=60", vary: "Cookie" })
  );
  for (const cookie of ["id=1,2", "id=1, 2", "id=1,,2"]) {
    assert.equal(await proxy.getText("/page", { headers: { cookie } }), cookie);
  }
});

test("what would override method or target is never sent where the answer may be stored, whoever says it", async () => {
  const proxy = startProxy({ isTrusted: () => true });
  proxy.origin.reply("v1", { "cache-control": "max-age=60" });
  const headers = { "x-http-method-override": "DELETE", "x-original-url": "/admin" };
  await proxy.getText("/page", { headers, peer: { address: "127.0.0.1" } });
  assert.equal(proxy.origin.lastField("x-http-method-override"), undefined);
  assert.equal(proxy.origin.lastField("x-original-url"), undefined);
});

test("a refused condition or range is nothing that a cache behind this one may keep", async () => {
  const proxy = await withStored();
  for (const headers of [{ "if-match": '"v2"' }, { range: "bytes=10-" }]) {
    const response = await proxy.get("/page", { headers });
    assert.ok(response.status === 412 || response.status === 416);
    assert.equal(response.headers.get("cache-control"), "no-store");
    assert.equal(response.headers.get("age"), null);
  }
});

test("an error does not hide the variants of a response that are still good", async () => {
  const proxy = startProxy();
  proxy.origin.reply("gut", { "cache-control": "max-age=60", vary: "accept-language" })
    .reply("bad", { "cache-control": "max-age=60" }, 400);
  const ask = (language: string) => proxy.getText("/page", { headers: { "accept-language": language } });
  await ask("de");
  assert.equal(await ask("xx"), "bad");
  await settled();
  assert.equal(await ask("de"), "gut");
});

test("a response without a body promises none, and one without Date gets it", async () => {
  for (const status of [204, 205]) {
    const proxy = startProxy();
    proxy.origin.respond(() => ({ ...originResponse("", { "content-length": "5" }, status), body: null }));
    const response = await proxy.get("/page", { method: "DELETE" });
    assert.equal(response.headers.get("content-length"), status === 205 ? "0" : null);
    assert.equal(response.headers.get("date"), "Thu, 01 Jan 2026 00:00:00 GMT");
  }
});

test("a HEAD gets no body, even from an origin that sends one", async () => {
  const proxy = startProxy();
  proxy.origin.reply("0123456789", TAGGED);
  const response = await proxy.get("/page", { method: "HEAD" });
  assert.equal(response.body, null);
  assert.equal(response.headers.get("content-length"), "10");
  assert.equal(proxy.exchanges[0]?.complete, true);
});

test("ranges that go to the origin as ranges say nothing of the whole response in Cache-Status", async () => {
  const proxy = startProxy();
  // Its length is unknown when the headers are in.
  proxy.origin.respond(() => openResponse({ "cache-control": "max-age=60" }).response)
    .reply("23", { "content-range": "bytes 2-3/10" }, 206);
  const response = await proxy.get("/page", { headers: { range: "bytes=2-3,5-6" } });
  assert.equal(response.headers.get("cache-status"), "lacquer; fwd=uri-miss; fwd-status=206");
});

test("invalidate() finds what is stored for a URI, however its query and host are written", async () => {
  const proxy = startProxy({ query: { ignore: ["utm_*"] } });
  proxy.origin.reply("v1", { "cache-control": "max-age=60" }).reply("v2", { "cache-control": "max-age=60" });
  await proxy.getText("/page?a=1&b=2");
  proxy.engine.invalidate("HTTP://Example.org:80/page?b=2&a=1&utm_source=x#top");
  assert.equal(await proxy.getText("/page?a=1&b=2"), "v2");
});

test("the target as received is what is keyed and forwarded, where the listener shows it", async () => {
  const proxy = startProxy();
  proxy.origin.respond((request) => originResponse(request.target, { "cache-control": "max-age=60" }));
  for (const rawTarget of ['/a"', "/a%22", "//evil/a", "/x/a", "/a", "/\u00c3\u00a9", "/a?", "/%61"]) {
    assert.equal(await proxy.getText("/a", { peer: { rawTarget } }), rawTarget);
  }
  assert.ok(proxy.origin.requests.every((request) => request.host === "example.org"));
});

test("the record of an exchange names every decision on the way and where its rule stands", async () => {
  const proxy = startProxy();
  const stale = { "cache-control": "max-age=10, stale-if-error=60" };
  proxy.origin.reply("mine", { "cache-control": "private" }).reply("ours", stale).fail("connect");
  for (const path of ["/mine", "/ours"]) await proxy.getText(path);
  proxy.clock.advance(15_000);
  await proxy.getText("/ours");
  assert.deepEqual(proxy.exchanges.map(({ decisions }) => decisions), [
    [
      { rule: "lookup", result: "uri-miss", source: "RFC 9111 §4" },
      { rule: "storability", result: "private", source: "RFC 9111 §5.2.2.7" },
    ],
    [
      { rule: "lookup", result: "uri-miss", source: "RFC 9111 §4" },
      { rule: "storability", result: "stored", source: "RFC 9111 §3" },
    ],
    [
      { rule: "lookup", result: "stale", source: "RFC 9111 §4" },
      { rule: "origin", result: "connect" },
      { rule: "stale-if-error", result: "delivered", source: "RFC 5861 §4" },
    ],
  ]);
});
