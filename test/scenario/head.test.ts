/** What HEAD does to the stored GET (RFC 9111 §4.3.5), and what it gets when the origin fails. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { barrier, originResponse, type Script, settled, startProxy } from "../support/scripted-proxy.ts";

const FIELDS = { "cache-control": "max-age=10", etag: '"1"', "last-modified": "Wed, 31 Dec 2025 12:00:00 GMT" };

/** What HEAD gets: the fields of a GET with a body of `length` bytes. */
function headOnly(fields: Record<string, string>, length = 2, status = 200): Script {
  return () => ({
    ...originResponse("", {}, status),
    fields: [...Object.entries(fields), ["content-length", String(length)]],
    body: null,
    framing: "none",
  });
}

/** A stored page that is stale by now, and a HEAD that has gone to the origin and back. */
async function afterHead(script: Script, fields: Record<string, string> = FIELDS, seconds = 15) {
  const proxy = startProxy();
  proxy.origin.reply("v1", fields).respond(script).respond((request) =>
    request.fields.some(([name]) => name === "if-none-match")
      ? originResponse("", { ...FIELDS }, 304)
      : originResponse("v2", FIELDS)
  );
  await proxy.getText("/page");
  await settled();
  proxy.clock.advance(seconds * 1000);
  const head = await proxy.get("/page", { method: "HEAD" });
  return { proxy, head };
}

test("a HEAD that describes the stored response makes it fresh again, with its new fields", async () => {
  const { proxy, head } = await afterHead(headOnly({ ...FIELDS, "x-new": "1", age: "3" }));
  assert.equal(head.status, 200);
  const response = await proxy.get("/page");
  assert.equal(response.headers.get("cache-status"), "lacquer; hit; ttl=7");
  assert.equal(response.headers.get("x-new"), "1");
  assert.equal(await response.text(), "v1");
  assert.equal(proxy.origin.requests.length, 2);
});

const OTHERS: ReadonlyArray<[what: string, fields: Record<string, string>, length?: number]> = [
  ["another entity tag", { ...FIELDS, etag: '"2"' }],
  ["another Last-Modified", { ...FIELDS, "last-modified": "Wed, 31 Dec 2025 12:00:01 GMT" }],
  ["another length", FIELDS, 3],
  ["another Vary", { ...FIELDS, vary: "accept" }],
];

for (const [what, fields, length] of OTHERS) {
  test(`a HEAD with ${what} makes the stored response stale`, async () => {
    const stored = { ...FIELDS, "cache-control": "max-age=100" };
    const forced = { headers: { "cache-control": "no-cache" }, peer: { address: "127.0.0.1" } };
    const proxy = startProxy({ isTrusted: () => true });
    proxy.origin.reply("v1", stored).respond(headOnly(fields, length)).reply("", stored, 304);
    await proxy.getText("/page");
    await settled();
    await proxy.get("/page", { method: "HEAD", ...forced });
    const response = await proxy.get("/page");
    assert.match(response.headers.get("cache-status") ?? "", /fwd=stale; fwd-status=304/);
    assert.equal(await response.text(), "v1");
  });
}

test("a HEAD that forbids storing takes the stored response out", async () => {
  for (const control of ["private", "no-store"]) {
    const { proxy } = await afterHead(headOnly({ ...FIELDS, "cache-control": control }));
    assert.equal(proxy.engine.size, 0, control);
  }
});

test("a HEAD answered with anything but 200 says nothing of the stored response", async () => {
  for (const status of [304, 404, 500, 206]) {
    const { proxy } = await afterHead(headOnly({ ...FIELDS, etag: '"2"' }, 2, status));
    assert.equal(proxy.engine.size, 1);
    assert.equal(await proxy.getText("/page"), "v1", `${status}`);
    assert.equal(proxy.origin.lastField("if-none-match"), '"1"');
  }
});

test("a HEAD speaks of the variant that it selects, and of no other", async () => {
  const proxy = startProxy();
  const fields = { ...FIELDS, vary: "accept-language" };
  proxy.origin.reply("de", { ...fields, etag: '"de"' }).reply("en", { ...fields, etag: '"en"' })
    .respond(headOnly({ ...fields, etag: '"de"' }));
  const ask = (language: string, method = "GET") =>
    proxy.get("/page", { method, headers: { "accept-language": language } });
  for (const language of ["de", "en"]) await (await ask(language)).text();
  await settled();
  proxy.clock.advance(15_000);
  await ask("de", "HEAD");
  assert.equal((await ask("de")).headers.get("cache-status"), "lacquer; hit; ttl=10");
  assert.match((await ask("en")).headers.get("cache-status") ?? "", /fwd=stale/);
});

test("a HEAD does not bring back to life what its group took out of use", async () => {
  const proxy = startProxy();
  const fields = { "cache-control": "max-age=100", "cache-groups": '"a"' };
  proxy.origin.reply("v1", fields).reply("", { "cache-group-invalidation": '"a"' })
    .respond(headOnly({ "cache-control": "max-age=100", "cache-groups": '"b"' })).reply("v2", fields);
  await proxy.getText("/page");
  await settled();
  await proxy.getText("/other", { method: "POST", body: "x" });
  await proxy.get("/page", { method: "HEAD" });
  assert.equal(await proxy.getText("/page"), "v2");
});

for (const [what, script] of [["fails", undefined], ["answers 503", headOnly({}, 0, 503)]] as const) {
  test(`a HEAD gets the stale response inside stale-if-error when the origin ${what}`, async () => {
    const proxy = startProxy();
    proxy.origin.reply("v1", { ...FIELDS, "cache-control": "max-age=10, stale-if-error=60" });
    if (script) proxy.origin.respond(script);
    else proxy.origin.fail("connect");
    await proxy.getText("/page");
    await settled();
    proxy.clock.advance(15_000);
    const response = await proxy.get("/page", { method: "HEAD" });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-length"), "2");
    assert.match(response.headers.get("cache-status") ?? "", /detail=stale-if-error/);
    proxy.clock.advance(60_000);
    assert.ok((await proxy.get("/page", { method: "HEAD" })).status >= 500);
  });
}

test("a HEAD inside stale-while-revalidate refreshes what is stored with a GET, which others may wait for", async () => {
  const proxy = startProxy();
  const gate = barrier();
  const fields = { ...FIELDS, "cache-control": "max-age=10, stale-while-revalidate=60" };
  proxy.origin.reply("v1", fields).respond(async () => {
    await gate.passed;
    return originResponse("", fields, 304);
  });
  await proxy.getText("/page");
  await settled();
  proxy.clock.advance(15_000);
  const response = await proxy.get("/page", { method: "HEAD" });
  assert.equal(response.headers.get("cache-status"), "lacquer; hit; ttl=-5");
  await settled();
  assert.equal(proxy.origin.requests.at(-1)?.method, "GET");
  gate.open();
  await settled();
  assert.equal((await proxy.get("/page")).headers.get("cache-status"), "lacquer; hit; ttl=10");
});
