// Answers that come when what they are about has changed, and answers that are not what they seem.
import assert from "node:assert/strict";
import { test } from "node:test";
import { barrier, openResponse, originResponse, settled, startProxy } from "../support/scripted-proxy.ts";

const GROUPED = { "cache-control": "max-age=1, stale-if-error=60", "cache-groups": '"g"', etag: '"1"' };

test("what a group invalidation has taken out does not stand in for an origin that fails", async () => {
  const proxy = startProxy();
  const held = barrier();
  proxy.origin.reply("old", GROUPED).respond(async () => {
    await held.passed;
    return originResponse("trouble", {}, 500);
  }).reply("changed", { "cache-group-invalidation": '"g"' });
  await proxy.getText("/page");
  proxy.clock.advance(5000);
  const asked = proxy.get("/page");
  await settled();
  await proxy.getText("/other", { method: "POST", body: "x" });
  held.open();
  assert.equal((await asked).status, 500);
});

test("a HEAD that was sent before a change freshens nothing that was fetched after it", async () => {
  const proxy = startProxy();
  const held = barrier();
  proxy.origin.respond(async () => {
    await held.passed;
    return originResponse("", { "cache-control": "max-age=600", "x-version": "old" });
  }).reply("changed").reply("new", { "cache-control": "max-age=60", "x-version": "new" });
  const head = proxy.get("/page", { method: "HEAD" });
  await settled();
  await proxy.getText("/page", { method: "POST", body: "x" });
  await proxy.getText("/page");
  await settled();
  held.open();
  await head;
  const { headers } = await proxy.get("/page");
  assert.deepEqual([headers.get("x-version"), headers.get("cache-status")], ["new", "lacquer; hit; ttl=60"]);
});

test("the answer to a request that overrides its own target says nothing of what is stored for that", async () => {
  const peer = { address: "127.0.0.1" };
  const headers = { "x-original-url": "/evil" };
  const proxy = startProxy({ isTrusted: () => true });
  proxy.origin.reply("page", { "cache-control": "max-age=1" }).reply("", { "cache-control": "max-age=600" })
    .reply("posted", { "cache-control": "max-age=600", "content-location": "/page" }).reply("asked again");
  await proxy.getText("/page");
  proxy.clock.advance(5000);
  await proxy.get("/page", { method: "HEAD", headers, peer });
  await (await proxy.get("/page", { method: "POST", body: "x", headers, peer })).text();
  await settled();
  assert.equal(await proxy.getText("/page"), "asked again");
});

test("a part is not joined with one that was invalidated, and so with its end", async () => {
  const proxy = startProxy();
  const part = (body: string, range: string, fields: Record<string, string> = {}) =>
    originResponse(
      body,
      { "cache-control": "max-age=60", etag: '"1"', "content-range": `bytes ${range}/10`, ...fields },
      206,
    );
  proxy.origin.respond(() => part("01234", "0-4", { "cache-groups": '"g"' }))
    .reply("changed", { "cache-group-invalidation": '"g"' }).respond(() => part("56789", "5-9"));
  await proxy.getText("/page", { headers: { range: "bytes=0-4" } });
  await settled();
  await proxy.getText("/other", { method: "POST", body: "x" });
  await proxy.getText("/page", { headers: { range: "bytes=5-9" } });
  await settled();
  const again = await proxy.get("/page", { headers: { range: "bytes=5-9" } });
  assert.equal(again.headers.get("cache-status"), "lacquer; hit; ttl=60");
});

test("the length of a chunked answer to a POST is where it ends, whatever a field says", async () => {
  const proxy = startProxy();
  const fields = { "cache-control": "max-age=60", "content-location": "/page", "content-length": "3" };
  proxy.origin.respond(() => ({
    ...originResponse("abcdef", fields),
    fields: Object.entries(fields),
    framing: "chunked",
  }));
  assert.equal(await (await proxy.get("/page", { method: "POST", body: "x" })).text(), "abcdef");
  await settled();
  assert.equal(await proxy.getText("/page"), "abcdef");
  assert.equal(proxy.origin.requests.length, 1);
});

test("a body that was shared this once and will not be stored is given up with its last reader", async () => {
  const proxy = startProxy();
  const open = openResponse({ "cache-control": "max-age=0", age: "5" });
  const held = barrier();
  proxy.origin.respond(async () => {
    await held.passed;
    return open.response;
  });
  const asked = [proxy.get("/page"), proxy.get("/page")];
  await settled();
  held.open();
  for (const response of await Promise.all(asked)) await response.body?.cancel();
  await settled();
  assert.equal(open.cancelled, true);
  assert.equal(proxy.engine.fetching, 0);
});

test("an answer with a status that none can have is a 502, and its body is left", async () => {
  for (const headers of [{}, { range: "bytes=0-1" }]) {
    for (const status of [101, 199, 600, 700]) {
      const proxy = startProxy();
      const open = openResponse({ "cache-control": "max-age=60" }, "chunked", status);
      proxy.origin.respond(() => open.response);
      assert.equal((await proxy.get("/page", { headers })).status, 502, `${status}`);
      assert.equal(open.cancelled, true, `${status}`);
    }
  }
});
