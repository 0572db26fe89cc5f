/** Parts of representations: stored, reused, put together, completed, validated and shared (RFC 9111 §3.3, §3.4). */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginResponse } from "../../src/origin/origin-client.ts";
import { MemoryStore } from "../../src/storage/memory-store.ts";
import { answering, page, sent } from "../support/ranged-origin.ts";
import {
  barrier,
  openResponse,
  originResponse,
  type ScriptedProxy,
  settled,
  startProxy,
} from "../support/scripted-proxy.ts";

function withPage(given = page(), options: Parameters<typeof startProxy>[0] = {}) {
  const proxy = startProxy(options);
  proxy.origin.respond(answering(given));
  return proxy;
}

/** Status, body and `Content-Range` of the answer to a range; everything has settled afterwards. */
async function range(proxy: ScriptedProxy, value: string, headers: Record<string, string> = {}) {
  const response = await proxy.get("/page", { headers: { range: value, ...headers } });
  const told = [response.status, await response.text(), response.headers.get("content-range")];
  await settled();
  return told;
}

/** The ranges that the origin was asked for, in order. */
function asked(proxy: ScriptedProxy): (string | undefined)[] {
  return proxy.origin.requests.map((request) => sent(request, "range"));
}

test("a short range of what is not stored makes the origin send that range only, and it is stored (T20)", async () => {
  const proxy = withPage();
  const response = await proxy.get("/page", { headers: { range: "bytes=2-5" } });
  assert.equal(response.status, 206);
  assert.equal(await response.text(), "2345");
  assert.equal(response.headers.get("cache-status"), "lacquer; fwd=uri-miss; fwd-status=206; ttl=60; stored");
  await settled();
  assert.deepEqual(asked(proxy), ["bytes=2-5"]);
  const again = await proxy.get("/page", { headers: { range: "bytes=2-5" } });
  assert.equal(again.headers.get("cache-status"), "lacquer; hit; ttl=60");
  assert.equal(again.headers.get("content-length"), "4");
  assert.equal(await again.text(), "2345");
});

test("a stored part answers every range that lies in it, however it is written, and no other", async () => {
  const proxy = withPage();
  await range(proxy, "bytes=4-9");
  assert.deepEqual(await range(proxy, "bytes=5-6"), [206, "56", "bytes 5-6/10"]);
  assert.deepEqual(await range(proxy, "bytes=4-"), [206, "456789", "bytes 4-9/10"]);
  assert.deepEqual(await range(proxy, "bytes=-6"), [206, "456789", "bytes 4-9/10"]);
  assert.deepEqual(await range(proxy, "bytes=-1"), [206, "9", "bytes 9-9/10"]);
  assert.deepEqual(await range(proxy, "bytes=8-99"), [206, "89", "bytes 8-9/10"]);
  assert.deepEqual(await range(proxy, "bytes=10-"), [416, "", "bytes */10"]);
  assert.deepEqual(await range(proxy, "bytes=-0"), [416, "", "bytes */10"]);
  assert.equal(proxy.origin.requests.length, 1);
  assert.deepEqual(await range(proxy, "bytes=3-4"), [206, "34", "bytes 3-4/10"]);
  assert.deepEqual(asked(proxy), ["bytes=4-9", "bytes=3-4"]);
});

test("parts with the same Last-Modified, a minute old or more, are parts of the same bytes (RFC 9110 §8.8.2.2)", async () => {
  const proxy = startProxy();
  const dated = { "cache-control": "max-age=60", "last-modified": "Wed, 31 Dec 2025 12:00:00 GMT", etag: 'W/"1"' };
  proxy.origin.reply("01234", { ...dated, "content-range": "bytes 0-4/10" }, 206)
    .reply("56789", { ...dated, "content-range": "bytes 5-9/10" }, 206);
  assert.deepEqual(await range(proxy, "bytes=0-4"), [206, "01234", "bytes 0-4/10"]);
  assert.deepEqual(await range(proxy, "bytes=5-9"), [206, "56789", "bytes 5-9/10"]);
  assert.equal(await proxy.getText("/page"), "0123456789");
  assert.equal(proxy.origin.requests.length, 2);
});

const NOT_EXACT: ReadonlyArray<[what: string, fields: Record<string, string>, body?: string]> = [
  ["another range than was asked for", { "content-range": "bytes 0-2/10", etag: '"1"' }, "012"],
  ["a shorter range than was asked for", { "content-range": "bytes 2-3/10", etag: '"1"' }, "23"],
  ["a range of unknown complete length", { "content-range": "bytes 2-4/*", etag: '"1"' }],
  ["a length that is not that of the range", { "content-range": "bytes 2-4/10", etag: '"1"' }, "2345"],
  ["another unit", { "content-range": "lines 2-4/10", etag: '"1"' }],
  ["no Content-Range", { etag: '"1"' }],
  ["several parts that claim to be one", {
    "content-range": "bytes 2-4/10",
    "content-type": "multipart/byteranges; boundary=x",
    etag: '"1"',
  }],
  ["several parts", { "content-type": "multipart/byteranges; boundary=x", etag: '"1"' }, "--x--"],
  ["no entity tag", { "content-range": "bytes 2-4/10" }],
  ["a weak entity tag", { "content-range": "bytes 2-4/10", etag: 'W/"1"' }],
  ["a date of the last minute", { "content-range": "bytes 2-4/10", "last-modified": "Wed, 31 Dec 2025 23:59:30 GMT" }],
  ["no-store", { "content-range": "bytes 2-4/10", etag: '"1"', "cache-control": "max-age=60, no-store" }],
  ["Set-Cookie", { "content-range": "bytes 2-4/10", etag: '"1"', "set-cookie": "a=b" }],
];

for (const [what, fields, body = "234"] of NOT_EXACT) {
  test(`a 206 with ${what} is for the client that asked and is not stored (A27)`, async () => {
    const proxy = startProxy();
    proxy.origin.respond(() => originResponse(body, { "cache-control": "max-age=60", ...fields }, 206));
    const response = await proxy.get("/page", { headers: { range: "bytes=2-4" } });
    assert.deepEqual([response.status, await response.text()], [206, body]);
    await settled();
    assert.equal(proxy.engine.size, 0);
  });
}

test("a 206 and a 304 that nobody asked for are not stored (A27)", async () => {
  const proxy = startProxy();
  const fields = { "cache-control": "max-age=60", etag: '"1"', "content-range": "bytes 0-4/100" };
  proxy.origin.reply("01234", fields, 206).reply("", fields, 304).reply("whole", { "cache-control": "max-age=60" });
  await proxy.getText("/page");
  await settled();
  assert.equal(proxy.engine.size, 0);
  assert.equal(await proxy.getText("/page"), "whole", "what answers no question is asked again");
});

test("parts that touch or overlap become one; once nothing is missing it is the whole", async () => {
  const proxy = withPage();
  await range(proxy, "bytes=0-3");
  await range(proxy, "bytes=7-9");
  assert.equal(proxy.engine.size, 2);
  await range(proxy, "bytes=3-5"); // overlaps the first
  assert.equal(proxy.engine.size, 2);
  assert.deepEqual(await range(proxy, "bytes=1-4"), [206, "1234", "bytes 1-4/10"]);
  await range(proxy, "bytes=6-6"); // touches both
  assert.equal(proxy.engine.size, 1);
  const whole = await proxy.get("/page");
  assert.deepEqual([whole.status, await whole.text()], [200, "0123456789"]);
  assert.equal(whole.headers.get("content-range"), null);
  assert.equal(whole.headers.get("content-length"), "10");
  assert.equal(whole.headers.get("cache-status"), "lacquer; hit; ttl=60");
  assert.deepEqual(asked(proxy), ["bytes=0-3", "bytes=7-9", "bytes=3-5", "bytes=6-6"]);
});

test("parts of two representations are never put together: the newer takes the older one's place", async () => {
  const current = page();
  const proxy = withPage(current);
  await range(proxy, "bytes=0-3");
  Object.assign(current, { body: "abcdefghij", etag: '"2"' });
  assert.deepEqual(await range(proxy, "bytes=4-6"), [206, "efg", "bytes 4-6/10"]);
  assert.equal(proxy.engine.size, 1);
  assert.deepEqual(await range(proxy, "bytes=0-3"), [206, "abcd", "bytes 0-3/10"]);
  assert.deepEqual(await range(proxy, "bytes=0-6"), [206, "abcdefg", "bytes 0-6/10"]);
  assert.equal(proxy.origin.requests.length, 3);
});

test("parts of different variants are never put together", async () => {
  const proxy = startProxy();
  proxy.origin.respond((request) => {
    const german = sent(request, "accept-language") === "de";
    const fields = { "cache-control": "max-age=60", vary: "accept-language" };
    return answering(page(german ? "eins, zwei" : "one,  two.", { fields }))(request);
  });
  const ask = (value: string, language: string) => range(proxy, value, { "accept-language": language });
  await ask("bytes=0-4", "de");
  assert.deepEqual(await ask("bytes=5-9", "en"), [206, " two.", "bytes 5-9/10"]);
  assert.equal(proxy.engine.size, 2);
  const response = await proxy.get("/page", { headers: { "accept-language": "de" } });
  assert.equal(await response.text(), "eins, zwei");
});

test("a range that covers everything is stored as the whole", async () => {
  const proxy = withPage();
  assert.deepEqual(await range(proxy, "bytes=0-99"), [206, "0123456789", "bytes 0-9/10"]);
  assert.equal((await proxy.get("/page")).headers.get("cache-status"), "lacquer; hit; ttl=60");
});

for (const [what, value, rest] of [["beginning", "bytes=0-3", "bytes=4-"], ["end", "bytes=-3", "bytes=0-6"]] as const) {
  test(`a stored ${what} is completed by asking for the rest, if it is still the same`, async () => {
    const proxy = withPage();
    await range(proxy, value);
    const response = await proxy.get("/page");
    assert.deepEqual([response.status, await response.text()], [200, "0123456789"]);
    assert.equal(response.headers.get("content-range"), null);
    assert.equal(response.headers.get("content-length"), "10");
    assert.match(response.headers.get("cache-status") ?? "", /^lacquer; fwd=partial; fwd-status=206; .*stored$/);
    assert.equal(proxy.origin.lastField("range"), rest);
    assert.equal(proxy.origin.lastField("if-range"), '"1"');
    await settled();
    assert.equal(proxy.engine.size, 1);
    assert.equal((await proxy.get("/page")).headers.get("cache-status"), "lacquer; hit; ttl=60");
  });
}

test("the rest is given to all who ask for the whole meanwhile, by one request", async () => {
  const proxy = startProxy();
  const gate = barrier();
  proxy.origin.respond(answering(page())).respond(async (request) => {
    await gate.passed;
    return answering(page())(request);
  });
  await range(proxy, "bytes=0-3");
  const waiting = [proxy.getText("/page"), proxy.getText("/page"), range(proxy, "bytes=2-8")];
  await settled();
  gate.open();
  assert.deepEqual(await Promise.all(waiting), ["0123456789", "0123456789", [206, "2345678", "bytes 2-8/10"]]);
});

test("a part in the middle, of which two pieces are missing, is not completed but replaced", async () => {
  const proxy = withPage();
  await range(proxy, "bytes=3-5");
  assert.equal(await proxy.getText("/page"), "0123456789");
  assert.equal(proxy.origin.lastField("range"), undefined);
  await settled();
  assert.equal(proxy.engine.size, 1);
});

test("a part is replaced by the whole when the representation has changed", async () => {
  const current = page();
  const proxy = withPage(current);
  await range(proxy, "bytes=0-3");
  Object.assign(current, { body: "abc", etag: '"2"' });
  assert.equal(await proxy.getText("/page"), "abc");
  assert.equal(proxy.origin.requests.length, 2);
  await settled();
  assert.deepEqual(await range(proxy, "bytes=0-1"), [206, "ab", "bytes 0-1/3"]);
  assert.equal(proxy.origin.requests.length, 2);
});

const REST = { "cache-control": "max-age=60", etag: '"1"', "content-range": "bytes 4-9/10" };
const UNFIT: ReadonlyArray<[what: string, answer: () => OriginResponse]> = [
  ["of another representation", () => originResponse("456789", { ...REST, etag: '"2"' }, 206)],
  ["with a weak tag", () => originResponse("456789", { ...REST, etag: 'W/"1"' }, 206)],
  ["without a tag", () => originResponse("456789", { "content-range": "bytes 4-9/10" }, 206)],
  ["of another length", () => originResponse("4567890", { ...REST, "content-range": "bytes 4-10/11" }, 206)],
  ["that begins elsewhere", () => originResponse("56789", { ...REST, "content-range": "bytes 5-9/10" }, 206)],
  ["without Content-Range", () => originResponse("456789", { etag: '"1"' }, 206)],
  ["refused because it begins behind the end", () => originResponse("", { "content-range": "bytes */3" }, 416)],
  ["answered with a 304 to no question", () => originResponse("", { etag: '"1"' }, 304)],
  ["refused because of its condition", () => originResponse("", {}, 412)],
];

for (const [what, answer] of UNFIT) {
  test(`a rest ${what} completes nothing: the whole is fetched`, async () => {
    const proxy = startProxy();
    proxy.origin.respond(answering(page())).respond(answer).reply("new", { "cache-control": "max-age=60" });
    await range(proxy, "bytes=0-3");
    const response = await proxy.get("/page");
    assert.deepEqual([response.status, await response.text()], [200, "new"]);
    assert.deepEqual(asked(proxy), ["bytes=0-3", "bytes=4-", undefined]);
    assert.equal(proxy.origin.lastField("if-range"), undefined);
    await settled();
    assert.equal(await proxy.getText("/page"), "new");
    assert.equal(proxy.engine.size, 1);
  });
}

for (const [what, text, end] of [["short", "45", "end"], ["long", "4567890", "end"], ["cut", "456", "fail"]] as const) {
  test(`a rest that comes too ${what} breaks off, is not stored and never looks complete (T11)`, async () => {
    const proxy = startProxy();
    const open = openResponse(REST, "chunked", 206);
    proxy.origin.respond(answering(page())).respond(() => open.response).reply("", {}, 503).respond(answering(page()));
    await range(proxy, "bytes=0-3");
    const response = await proxy.get("/page");
    open.send(text);
    open[end]();
    await assert.rejects(response.text());
    await settled();
    assert.equal(proxy.exchanges.at(-1)?.complete, false);
    assert.deepEqual(await range(proxy, "bytes=1-2"), [206, "12", "bytes 1-2/10"]);
    assert.equal(proxy.origin.requests.length, 3, "the part is still there");
    assert.equal(await proxy.getText("/page"), "0123456789");
  });

  test(`a rest that comes too ${what} is asked for again from where it broke off`, async () => {
    const proxy = startProxy();
    const open = openResponse(REST, "chunked", 206);
    proxy.origin.respond(answering(page())).respond(() => open.response).respond(answering(page()));
    await range(proxy, "bytes=0-3");
    const response = await proxy.get("/page");
    open.send(text);
    open[end]();
    assert.equal(await response.text(), "0123456789");
    assert.match(proxy.origin.lastField("range") ?? "", /^bytes=[4-7]-$/);
    await settled();
    assert.equal(await proxy.getText("/page"), "0123456789");
    assert.equal(proxy.origin.requests.length, 3);
  });
}

for (const [what, text, end] of [["short", "23", "end"], ["long", "23456", "end"], ["cut", "23", "fail"]] as const) {
  test(`a part that comes too ${what} breaks off and is not stored (T11)`, async () => {
    const proxy = startProxy();
    const open = openResponse({ ...REST, "content-range": "bytes 2-5/10" }, "chunked", 206);
    proxy.origin.respond(() => open.response);
    const response = await proxy.get("/page", { headers: { range: "bytes=2-5" } });
    open.send(text);
    open[end]();
    await assert.rejects(response.text());
    await settled();
    assert.equal(proxy.engine.size, 0);
  });
}

test("a stale part is validated by its tag together with its range", async () => {
  const current = page();
  const proxy = withPage(current);
  await range(proxy, "bytes=2-5");
  proxy.clock.advance(70_000);
  assert.deepEqual(await range(proxy, "bytes=3-4"), [206, "34", "bytes 3-4/10"]);
  assert.equal(proxy.origin.lastField("if-none-match"), '"1"');
  assert.equal(proxy.origin.lastField("range"), "bytes=3-4");
  assert.deepEqual(await range(proxy, "bytes=2-5"), [206, "2345", "bytes 2-5/10"]);
  assert.equal(proxy.origin.requests.length, 2);
  proxy.clock.advance(70_000);
  Object.assign(current, { body: "abcdefghij", etag: '"2"' });
  assert.deepEqual(await range(proxy, "bytes=3-4"), [206, "de", "bytes 3-4/10"]);
  assert.equal(proxy.engine.size, 1);
});

test("If-Range is compared with the stored part, and goes to the origin where it names something else", async () => {
  const proxy = withPage(page("0123456789", {
    fields: { "cache-control": "max-age=60", "last-modified": "Wed, 31 Dec 2025 12:00:00 GMT" },
  }));
  await range(proxy, "bytes=2-5");
  const held = [206, "34", "bytes 3-4/10"];
  assert.deepEqual(await range(proxy, "bytes=3-4", { "if-range": '"1"' }), held);
  assert.deepEqual(await range(proxy, "bytes=3-4", { "if-range": "Wed, 31 Dec 2025 12:00:00 GMT" }), held);
  assert.equal(proxy.origin.requests.length, 1);
  assert.deepEqual(await range(proxy, "bytes=3-4", { "if-range": '"2"' }), [200, "0123456789", null]);
  assert.equal(proxy.origin.lastField("if-range"), '"2"');
  assert.deepEqual(await range(proxy, "bytes=3-4", { "if-range": 'W/"1"' }), [200, "0123456789", null]);
  assert.equal(proxy.origin.requests.length, 2, "by then the whole is stored");
});

test("a HEAD is not answered from a part, a condition on its tag is", async () => {
  const proxy = withPage();
  await range(proxy, "bytes=2-5");
  const head = await proxy.get("/page", { method: "HEAD" });
  assert.deepEqual([head.status, head.headers.get("content-length")], [200, "10"]);
  assert.equal(proxy.origin.requests.length, 2);
  assert.deepEqual(await range(proxy, "bytes=2-5", { "if-none-match": '"1"' }), [304, "", null]);
  assert.deepEqual(await range(proxy, "bytes=2-5", { "if-match": '"2"' }), [412, "", null]);
  assert.equal(proxy.origin.requests.length, 2);
});

test("those who ask for the same range at the same time share one fetch, others do not wait for it", async () => {
  const proxy = startProxy();
  const gate = barrier();
  proxy.origin.respond(async (request) => {
    await gate.passed;
    return answering(page())(request);
  });
  const waiting = [
    ...["bytes=2-5", "bytes=02-5", "Bytes= 2-5", "bytes=3-4"].map((value) => range(proxy, value)),
    range(proxy, "bytes=2-5", { "if-range": '"1"' }),
    proxy.getText("/page"),
  ];
  await settled();
  assert.deepEqual(asked(proxy), ["bytes=2-5", "bytes=3-4", "bytes=2-5", undefined]);
  gate.open();
  const part = [206, "2345", "bytes 2-5/10"];
  assert.deepEqual(await Promise.all(waiting), [part, part, part, [206, "34", "bytes 3-4/10"], part, "0123456789"]);
});

test("a range inside one that is still arriving is read from it, and one outside goes to the origin", async () => {
  const proxy = startProxy();
  const open = openResponse({ ...REST, "content-range": "bytes 2-7/10" }, "chunked", 206);
  proxy.origin.respond(() => open.response).respond(answering(page()));
  const first = await proxy.get("/page", { headers: { range: "bytes=2-7" } });
  open.send("234");
  const inside = await proxy.get("/page", { headers: { range: "bytes=4-6" } });
  assert.match(inside.headers.get("cache-status") ?? "", /collapsed/);
  assert.deepEqual(await range(proxy, "bytes=7-8"), [206, "78", "bytes 7-8/10"]);
  open.send("567");
  open.end();
  assert.deepEqual([await first.text(), await inside.text()], ["234567", "456"]);
  assert.equal(proxy.origin.requests.length, 2);
});

test("the whole that arrives while a part of it is fetched is not given up for the part", async () => {
  const proxy = startProxy();
  const open = openResponse({ ...REST, "content-range": "bytes 2-7/10" }, "chunked", 206);
  proxy.origin.respond(() => open.response).respond(answering(page()));
  const part = await proxy.get("/page", { headers: { range: "bytes=2-7" } });
  assert.equal(await proxy.getText("/page"), "0123456789");
  await settled();
  open.send("234567");
  open.end();
  assert.equal(await part.text(), "234567");
  await settled();
  assert.equal(await proxy.getText("/page"), "0123456789");
  assert.equal(proxy.origin.requests.length, 2);
  assert.equal(proxy.engine.size, 1);
});

test("what is too large to be stored whole is completed for its client, and its part stays", async () => {
  const body = "x".repeat(2_000);
  const proxy = withPage(page(body), { maxObjectBytes: 1_000 });
  await range(proxy, "bytes=0-9");
  assert.equal(await proxy.getText("/page"), body);
  assert.equal(proxy.origin.lastField("range"), "bytes=10-");
  await settled();
  assert.deepEqual(await range(proxy, "bytes=1-2"), [206, "xx", "bytes 1-2/2000"]);
  assert.equal(proxy.origin.requests.length, 2);
});

test("parts that together would be too large stay apart", async () => {
  const body = "x".repeat(2_000);
  const proxy = withPage(page(body), { maxObjectBytes: 1_000 });
  await range(proxy, "bytes=0-599");
  await range(proxy, "bytes=600-1199");
  assert.equal(proxy.engine.size, 2);
  for (const value of ["bytes=0-9", "bytes=700-709"]) assert.equal((await range(proxy, value))[1], "x".repeat(10));
  assert.equal(proxy.origin.requests.length, 2);
});

test("a part on its way when its URI is invalidated is delivered and not stored", async () => {
  const proxy = startProxy();
  const open = openResponse({ ...REST, "content-range": "bytes 2-7/10" }, "chunked", 206);
  proxy.origin.respond(() => open.response);
  const part = await proxy.get("/page", { headers: { range: "bytes=2-7" } });
  proxy.engine.invalidate("http://example.org/page");
  open.send("234567");
  open.end();
  assert.equal(await part.text(), "234567");
  await settled();
  assert.equal(proxy.engine.size, 0);
});

test("combining and completing parts gives all memory back that it took", async () => {
  let used = () => 0;
  let store!: MemoryStore;
  const proxy = withPage(page(), {
    createStore: (budget) => {
      used = () => budget.used - proxy.engine.coalescing.bytesRemembered;
      return store = new MemoryStore(budget);
    },
  });
  for (const value of ["bytes=0-1", "bytes=4-5", "bytes=2-3", "bytes=5-8"]) await range(proxy, value);
  assert.equal(proxy.engine.size, 1);
  assert.equal(used(), store.bytes);
  await proxy.getText("/page");
  await settled();
  assert.equal(used(), store.bytes);
  proxy.engine.invalidate("http://example.org/page");
  assert.equal(used(), 0);
});
