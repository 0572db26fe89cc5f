// The answer to a POST that is said to be what a GET of the same URI gets is stored for those (RFC 9110 §9.3.3).
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  barrier,
  openResponse,
  originResponse,
  type ScriptedProxy,
  settled,
  startProxy,
} from "../support/scripted-proxy.ts";

const POSTED = { "cache-control": "max-age=60", "content-location": "/page" };
const post = (proxy: ScriptedProxy, headers: Record<string, string> = {}) =>
  proxy.get("/page", { method: "POST", body: "x", headers, peer: { address: "127.0.0.1" } });

test("the answer to a POST with its own URI as Content-Location and explicit freshness answers later GETs", async () => {
  const proxy = startProxy();
  proxy.origin.reply("made", POSTED);
  const response = await post(proxy);
  assert.equal(response.headers.get("cache-status"), "lacquer; fwd=method; fwd-status=200; stored");
  assert.equal(await response.text(), "made");
  await settled();
  assert.equal(await proxy.getText("/page"), "made");
  assert.equal(proxy.origin.requests.length, 1);
});

const NOT_STORED: ReadonlyArray<[what: string, fields: Record<string, string>, status?: number]> = [
  ["no Content-Location", { "cache-control": "max-age=60" }],
  ["another Content-Location", { ...POSTED, "content-location": "/other" }],
  ["a Content-Location of another origin", { ...POSTED, "content-location": "http://example.com/page" }],
  ["no explicit freshness", { "content-location": "/page", "last-modified": "Wed, 01 Jan 2020 00:00:00 GMT" }],
  ["private", { ...POSTED, "cache-control": "max-age=60, private" }],
  ["an error", POSTED, 422],
  ["a redirection", { ...POSTED, location: "/page" }, 303],
];

for (const [what, fields, status = 200] of NOT_STORED) {
  test(`the answer to a POST with ${what} is not stored`, async () => {
    const proxy = startProxy();
    proxy.origin.reply("good", { "cache-control": "max-age=60" }).reply("answer", fields, status).reply("asked again");
    await proxy.getText("/page");
    await (await post(proxy)).text();
    await settled();
    assert.equal(await proxy.getText("/page"), status >= 400 ? "good" : "asked again");
  });
}

test("a client that wants nothing stored gets nothing stored (RFC 9111 §5.2.1.5)", async () => {
  const proxy = startProxy({ isTrusted: () => true });
  proxy.origin.reply("made", POSTED).reply("asked again");
  await (await post(proxy, { "cache-control": "no-store" })).text();
  await settled();
  assert.equal(await proxy.getText("/page"), "asked again");
});

test("an answer whose group was invalidated after its request was sent is not used", async () => {
  const proxy = startProxy();
  const held = barrier();
  proxy.origin.respond(async () => {
    await held.passed;
    return originResponse("old", { ...POSTED, "cache-groups": '"g"' });
  }).reply("changed", { "cache-group-invalidation": '"g"' }).reply("new");
  const first = post(proxy);
  await settled();
  await proxy.getText("/other", { method: "POST", body: "x" });
  held.open();
  assert.equal(await (await first).text(), "old");
  await settled();
  assert.equal(await proxy.getText("/page"), "new");
});

test("an answer that takes longer to arrive than a later GET does not take its place", async () => {
  const proxy = startProxy();
  const slow = openResponse(POSTED);
  proxy.origin.respond(() => slow.response).reply("new", { "cache-control": "max-age=60" });
  const posted = (await post(proxy)).text();
  slow.send("old");
  proxy.clock.advance(1000);
  assert.equal(await proxy.getText("/page"), "new");
  slow.end();
  assert.equal(await posted, "old");
  await settled();
  assert.equal(await proxy.getText("/page"), "new");
});
