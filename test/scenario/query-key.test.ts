// A QUERY is known by its content and what gives that its meaning (RFC 10008).
import assert from "node:assert/strict";
import { test } from "node:test";
import { originResponse, type ScriptedProxy, settled, startProxy } from "../support/scripted-proxy.ts";

/** An origin that tells how it understood what it was asked. */
function startAnswering(): ScriptedProxy {
  const proxy = startProxy();
  proxy.origin.respond(async (request) => {
    const field = (name: string) => request.fields.find(([found]) => found === name)?.[1] ?? "none";
    const content = await new Response(request.body).text();
    const asked = `${request.method} ${content} as ${field("content-type")} in ${field("content-encoding")}`;
    return originResponse(asked, { "cache-control": "max-age=60" });
  });
  return proxy;
}

function query(proxy: ScriptedProxy, body: string, headers: Record<string, string> = {}): Promise<string> {
  return proxy.getText("/search", { method: "QUERY", body, headers: { "content-type": "text/plain", ...headers } });
}

test("the same QUERY is answered from the store, another content, type or coding is not", async () => {
  const proxy = startAnswering();
  const askAll = async () => [
    await query(proxy, "a"),
    await query(proxy, "b"),
    await query(proxy, "a", { "content-type": "application/sql" }),
    await query(proxy, "a", { "content-encoding": "x" }),
    await proxy.getText("/search"),
  ];
  const answers = await askAll();
  assert.deepEqual(answers, [
    "QUERY a as text/plain in none",
    "QUERY b as text/plain in none",
    "QUERY a as application/sql in none",
    "QUERY a as text/plain in x",
    "GET  as none in none",
  ]);
  await settled();
  assert.deepEqual(await askAll(), answers);
  assert.equal(proxy.origin.requests.length, 5);
});

test("an unsafe request to the URI takes out what was stored for its queries", async () => {
  const proxy = startAnswering();
  await query(proxy, "a");
  await proxy.getText("/search", { method: "POST", body: "x" });
  await query(proxy, "a");
  assert.equal(proxy.origin.requests.length, 3);
});

test("a field that Connection keeps from the origin has no part in the key", async () => {
  const proxy = startAnswering();
  assert.equal(await query(proxy, "a", { connection: "content-type" }), "QUERY a as none in none");
  assert.equal(await query(proxy, "a"), "QUERY a as text/plain in none");
});

test("content above the limit is passed on as it comes, and nothing is stored", async () => {
  const proxy = startProxy({ maxQueryBytes: 10 });
  proxy.origin.respond(async (request) => {
    const content = await new Response(request.body).text();
    return originResponse(content, { "cache-control": "max-age=60" });
  });
  const content = "0123456789".repeat(1000);
  assert.equal(await query(proxy, content), content);
  assert.equal(proxy.exchanges[0]?.outcome, "pass");
  assert.equal(proxy.engine.size, 0);
});

test("a QUERY whose content breaks off is a 400, and no hit", async () => {
  const proxy = startAnswering();
  const body = new ReadableStream({ start: (controller) => controller.error(new Error("gone")) });
  const init = { method: "QUERY", body, duplex: "half" };
  const response = await proxy.engine.handle(new Request("http://example.org/search", init as RequestInit));
  assert.equal(response.status, 400);
  assert.equal(response.headers.get("cache-status"), "lacquer; detail=request-body");
});
