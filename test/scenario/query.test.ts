/** QUERY: cached by URI and content (RFC 10008). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { barrier, originResponse, settled, startProxy } from "../support/scripted-proxy.ts";

const FRESH = { "cache-control": "max-age=60", "content-type": "text/plain" };

/** Answers with how often it was asked, and what. */
function echoing(options: Parameters<typeof startProxy>[0] = {}, gate = Promise.resolve()) {
  const proxy = startProxy(options);
  let count = 0;
  proxy.origin.respond(async (request) => {
    const number = ++count;
    const content = request.body === null ? "" : await new Response(request.body).text();
    await gate;
    return originResponse(`${number} ${request.method} ${content}`, FRESH);
  });
  const query = (body: string, headers: Record<string, string> = {}, path = "/search") =>
    proxy.getText(path, { method: "QUERY", body, headers: { "content-type": "text/plain", ...headers } });
  return { proxy, query };
}

test("the same QUERY is answered from the store, another content or another format is not", async () => {
  const { proxy, query } = echoing();
  assert.equal(await query("a"), "1 QUERY a");
  await settled();
  assert.equal(await query("a"), "1 QUERY a");
  assert.equal(await query("b"), "2 QUERY b");
  assert.equal(await query("a", { "content-type": "text/html" }), "3 QUERY a");
  assert.equal(await query("a", { "content-encoding": "gzip" }), "4 QUERY a");
  assert.equal(await query("a", { "content-language": "de" }), "5 QUERY a");
  assert.equal(await query("a", {}, "/other"), "6 QUERY a");
  await settled();
  assert.equal(await query("b"), "2 QUERY b");
  assert.equal(proxy.engine.size, 6);
});

test("a GET of the same URI is something else", async () => {
  const { proxy, query } = echoing();
  await query("a");
  await settled();
  assert.equal(await proxy.getText("/search"), "2 GET ");
  await settled();
  assert.equal(await query("a"), "1 QUERY a");
});

test("a QUERY without content is one too, and no GET", async () => {
  const { proxy } = echoing();
  const ask = () => proxy.getText("/search", { method: "QUERY" });
  assert.equal(await ask(), "1 QUERY ");
  await settled();
  assert.equal(await ask(), "1 QUERY ");
  assert.equal(await proxy.getText("/search"), "2 GET ");
});

test("those who ask the same at the same time share one fetch, others do not", async () => {
  const gate = barrier();
  const { proxy, query } = echoing({}, gate.passed);
  const waiting = ["a", "b", "a", "a"].map((content) => query(content));
  await settled();
  assert.equal(proxy.origin.requests.length, 2);
  gate.open();
  const bodies = await Promise.all(waiting);
  assert.deepEqual(bodies.map((body) => body.slice(2)), ["QUERY a", "QUERY b", "QUERY a", "QUERY a"]);
});

test("the origin gets the content with its length and type, again where it has to be asked twice", async () => {
  const proxy = startProxy();
  const contents: string[] = [];
  const keep = (status: number, body: string) =>
    proxy.origin.respond(async (request) => {
      assert.equal(request.bodyLength, 5);
      contents.push(await new Response(request.body).text());
      return originResponse(body, { "cache-control": "max-age=10", etag: status === 304 ? '"2"' : '"1"' }, status);
    });
  keep(200, "v1");
  keep(304, "");
  keep(200, "v2");
  const ask = () => proxy.getText("/search", { method: "QUERY", body: "hello" });
  await ask();
  await settled();
  proxy.clock.advance(15_000);
  assert.equal(await ask(), "v2");
  assert.deepEqual(contents, ["hello", "hello", "hello"]);
});

test("a content that is too large to be read is passed on whole, and nothing is stored", async () => {
  const { proxy, query } = echoing({ maxQueryBytes: 8 });
  const content = "123456789";
  assert.equal(await query(content), `1 QUERY ${content}`);
  assert.equal(await query(content), `2 QUERY ${content}`);
  assert.equal(proxy.engine.size, 0);
  assert.match(proxy.exchanges[0]?.cacheStatus ?? "", /fwd=method/);
  assert.equal(await query("12345678"), "3 QUERY 12345678");
  await settled();
  assert.equal(proxy.engine.size, 1);
});

test("what changes a URI takes the answers to its queries along, and those on their way", async () => {
  const gate = barrier();
  const { proxy, query } = echoing();
  await query("a");
  await query("b");
  await settled();
  assert.equal(proxy.engine.size, 2);
  await proxy.getText("/search", { method: "PUT", body: "x" });
  assert.equal(proxy.engine.size, 0);
  proxy.origin.respond(async () => {
    await gate.passed;
    return originResponse("old", FRESH);
  });
  const waiting = query("d");
  await settled();
  proxy.engine.invalidate("http://example.org/search");
  gate.open();
  assert.equal(await waiting, "old");
  await settled();
  assert.equal(proxy.engine.size, 0);
});

test("a QUERY changes nothing", async () => {
  const { proxy, query } = echoing();
  await proxy.getText("/search");
  await settled();
  await query("a");
  assert.equal(await proxy.getText("/search"), "1 GET ");
});

test("a content that breaks off is a bad request, and no hit", async () => {
  const proxy = startProxy();
  const body = new ReadableStream({ start: (controller) => controller.error(new Error("gone")) });
  const request = new Request("http://example.org/search", { method: "QUERY", body, duplex: "half" } as RequestInit);
  const response = await proxy.engine.handle(request);
  assert.equal(response.status, 400);
  assert.equal(response.headers.get("cache-status"), "lacquer; detail=request-body");
  assert.equal(proxy.origin.requests.length, 0);
});

test("conditions of a QUERY are evaluated on what is stored", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", { ...FRESH, etag: '"1"' });
  const ask = (headers: Record<string, string> = {}) => proxy.get("/search", { method: "QUERY", body: "a", headers });
  await (await ask()).text();
  await settled();
  assert.equal((await ask({ "if-none-match": '"1"' })).status, 304);
  assert.equal((await ask({ "if-match": '"2"' })).status, 412);
  assert.equal(proxy.origin.requests.length, 1);
});
