/** Answers to POST that are stored for GET (RFC 9110 §9.3.3). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { barrier, openResponse, originResponse, settled, startProxy } from "../support/scripted-proxy.ts";

const POSTED = { "cache-control": "max-age=60", "content-location": "/page" };
const POST = { method: "POST", body: "x" };

/** Whether a GET after a POST with this answer is a hit. */
async function isStored(fields: Record<string, string>, status = 200, ask: object = {}): Promise<boolean> {
  const proxy = startProxy({ isTrusted: () => true });
  proxy.origin.reply("posted", fields, status).reply("got", { "cache-control": "max-age=60" });
  const response = await proxy.get("/page", { ...POST, ...ask });
  assert.equal(await response.text(), "posted");
  for (const [name, value] of Object.entries(fields)) assert.equal(response.headers.get(name), value);
  await settled();
  const body = await proxy.getText("/page");
  assert.equal(proxy.engine.fetching, 0);
  return body === "posted";
}

test("the answer to a POST is stored for GET where it names the same URI and how long it is good", async () => {
  for (const location of ["/page", "page", "http://example.org/page", "./page#top", "HTTP://Example.ORG:80/page"]) {
    assert.ok(await isStored({ ...POSTED, "content-location": location }), location);
  }
  assert.ok(await isStored(POSTED, 201));
});

test("any other answer to a POST is not", async () => {
  const rows: [Record<string, string>, number?][] = [
    [{ "cache-control": "max-age=60" }],
    [{ ...POSTED, "content-location": "/other" }],
    [{ ...POSTED, "content-location": "https://example.org/page" }],
    [{ ...POSTED, "content-location": "http://[" }],
    [{ "content-location": "/page", "last-modified": "Wed, 31 Dec 2025 12:00:00 GMT" }],
    [{ ...POSTED, "cache-control": "max-age=0", etag: '"1"' }],
    [{ ...POSTED, "cache-control": "private, max-age=60" }],
    [{ ...POSTED, "cache-control": "no-store" }],
    [{ ...POSTED, vary: "*" }],
    [POSTED, 400],
    [POSTED, 404],
    [POSTED, 503],
  ];
  for (const [fields, status] of rows) {
    assert.equal(await isStored(fields, status), false, `${status} ${JSON.stringify(fields)}`);
  }
  assert.equal(await isStored(POSTED, 200, { headers: { authorization: "x" } }), false);
  assert.equal(await isStored(POSTED, 200, { headers: { "cache-control": "no-store" } }), false);
  assert.equal(await isStored({ ...POSTED }, 200, { method: "PUT" }), false);
});

test("an error does not hide the page that it left as it was", async () => {
  const proxy = startProxy();
  proxy.origin.reply("page", { "cache-control": "max-age=60" }).reply("no", POSTED, 400);
  await proxy.getText("/page");
  await settled();
  await proxy.getText("/page", POST);
  await settled();
  assert.equal(await proxy.getText("/page"), "page");
});

test("what was posted takes the place of what was stored", async () => {
  const proxy = startProxy();
  proxy.origin.reply("old", { "cache-control": "max-age=60" }).reply("posted", POSTED);
  await proxy.getText("/page");
  await settled();
  await proxy.getText("/page", POST);
  await settled();
  assert.equal(await proxy.getText("/page"), "posted");
  assert.equal(proxy.engine.size, 1);
});

test("an answer to a POST that breaks off is not stored", async () => {
  const proxy = startProxy();
  const open = openResponse({ ...POSTED, "content-length": "10" }, "length");
  proxy.origin.respond(() => open.response);
  const response = await proxy.get("/page", POST);
  open.send("half");
  await settled();
  open.fail();
  await assert.rejects(response.text());
  await settled();
  assert.equal(proxy.engine.size, 0);
  assert.equal(proxy.engine.fetching, 0);
});

for (const when of ["before its answer", "while its body arrives"] as const) {
  test(`an answer to a POST is not stored when its URI was invalidated ${when}`, async () => {
    const proxy = startProxy();
    const gate = barrier();
    const open = openResponse(POSTED);
    proxy.origin.respond(async () => {
      await gate.passed;
      return open.response;
    });
    const waiting = proxy.getText("/page", POST);
    await settled();
    if (when === "before its answer") proxy.engine.invalidate("http://example.org/page");
    gate.open();
    await settled();
    if (when === "while its body arrives") proxy.engine.invalidate("http://example.org/page");
    open.send("posted");
    open.end();
    assert.equal(await waiting, "posted");
    await settled();
    assert.equal(proxy.engine.size, 0);
  });
}

test("an answer to a POST is not stored when its group was invalidated before it came", async () => {
  const proxy = startProxy();
  const gate = barrier();
  proxy.origin.respond(async (request) => {
    if (request.target === "/x") return originResponse("", { "cache-group-invalidation": '"a"' });
    if (request.method === "GET") return originResponse("got");
    await gate.passed;
    return originResponse("posted", { ...POSTED, "cache-groups": '"a"' });
  });
  const waiting = proxy.getText("/page", POST);
  await settled();
  await proxy.getText("/x", POST);
  gate.open();
  assert.equal(await waiting, "posted");
  await settled();
  assert.equal(await proxy.getText("/page"), "got");
});

test("an answer to a POST that names its own group and invalidates it is stored", async () => {
  assert.ok(await isStored({ ...POSTED, "cache-groups": '"a"', "cache-group-invalidation": '"a"' }));
});

test("a GET that was under way when the POST was answered does not replace what was posted", async () => {
  const proxy = startProxy();
  const gate = barrier();
  proxy.origin.respond(async (request) => {
    if (request.method === "POST") return originResponse("posted", POSTED);
    await gate.passed;
    return originResponse("old", { "cache-control": "max-age=60" });
  });
  const waiting = proxy.getText("/page");
  await settled();
  await proxy.getText("/page", POST);
  gate.open();
  assert.equal(await waiting, "old");
  await settled();
  assert.equal(await proxy.getText("/page"), "posted");
});
