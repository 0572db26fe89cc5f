import { test } from "node:test";
import assert from "node:assert/strict";
import type { OriginResponse } from "../../src/origin/origin-client.ts";
import { openResponse, originResponse, type ScriptedOrigin, settled, startProxy } from "../support/scripted-proxy.ts";

test("a stale response inside its window is delivered while one refresh runs", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", { "cache-control": "max-age=10, stale-while-revalidate=30" })
    .reply("v2", { "cache-control": "max-age=10" });
  await proxy.getText("/page");
  proxy.clock.advance(15_000);
  const bodies = await Promise.all([proxy.getText("/page"), proxy.getText("/page")]);
  assert.deepEqual(bodies, ["v1", "v1"]);
  await settled();
  assert.equal(proxy.origin.requests.length, 2);
  assert.equal(await proxy.getText("/page"), "v2");
});

test("each variant has a refresh of its own", async () => {
  const proxy = startProxy();
  const fields = { "cache-control": "max-age=10, stale-while-revalidate=30", vary: "accept-language" };
  proxy.origin.reply("page", fields);
  const ask = (language: string) => proxy.getText("/page", { headers: { "accept-language": language } });
  await ask("de");
  await ask("fr");
  proxy.clock.advance(15_000);
  await Promise.all([ask("de"), ask("fr"), ask("de"), ask("fr")]);
  await settled();
  assert.equal(proxy.origin.requests.length, 4);
});

test("a refresh that fails leaves the stale response as it is, and the next request tries again", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", { "cache-control": "max-age=10, stale-while-revalidate=60" })
    .fail("connect").reply("oops", { "cache-control": "max-age=60" }, 500)
    .reply("v2", { "cache-control": "max-age=10" });
  await proxy.getText("/page");
  proxy.clock.advance(15_000);
  for (let visit = 0; visit < 3; visit++) {
    assert.equal(await proxy.getText("/page"), "v1");
    await settled();
  }
  assert.equal(await proxy.getText("/page"), "v2");
});

test("behind the stale-while-revalidate window the client waits for the origin", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", { "cache-control": "max-age=10, stale-while-revalidate=5" }).reply("v2");
  await proxy.getText("/page");
  proxy.clock.advance(15_000);
  assert.equal(await proxy.getText("/page"), "v2");
});

const TROUBLES: ReadonlyArray<[what: string, cause: (origin: ScriptedOrigin) => unknown]> = [
  ["refuses connections", (origin) => origin.fail("connect")],
  ["does not answer in time", (origin) => origin.fail("first-byte-timeout")],
  ["answers 503", (origin) => origin.reply("busy", {}, 503)],
  ["answers 500 and wants that stored", (origin) => origin.reply("oops", { "cache-control": "max-age=60" }, 500)],
  ["answers 200 and stops in the middle", (origin) => origin.respond(cutResponse)],
];

function cutResponse(): OriginResponse {
  const { response, send, fail } = openResponse({ "content-length": "100", "cache-control": "max-age=60" }, "length");
  send("half of it");
  fail();
  return response;
}

for (const [what, cause] of TROUBLES) {
  test(`a stale response stands in when the origin ${what}, and is not lost`, async () => {
    const proxy = startProxy();
    const good = { "cache-control": "max-age=10, stale-if-error=60", etag: '"1"' };
    proxy.origin.reply("v1", good);
    cause(proxy.origin);
    proxy.origin.reply("", good, 304);
    await proxy.getText("/page");
    proxy.clock.advance(15_000);
    const response = await proxy.get("/page");
    assert.equal(response.status, 200);
    assert.equal(await response.text(), "v1");
    assert.match(response.headers.get("cache-status") ?? "", /^lacquer; fwd=stale; .*ttl=-5.*detail=stale-if-error$/);
    await settled();
    assert.match((await proxy.get("/page")).headers.get("cache-status") ?? "", /fwd-status=304/);
  });
}

test("nothing stands in for the origin where must-revalidate forbids it", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", { "cache-control": "max-age=10, stale-if-error=60, must-revalidate" }).fail("connect");
  await proxy.getText("/page");
  proxy.clock.advance(15_000);
  const response = await proxy.get("/page");
  assert.equal(response.status, 504); // RFC 9111 §5.2.2.2
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.equal(response.headers.get("cache-status"), "lacquer; fwd=stale; detail=connect");
});

test("a policy window applies where the response names none", async () => {
  const proxy = startProxy({ freshness: { staleIfError: 60 } });
  proxy.origin.reply("v1", { "cache-control": "max-age=10" }).fail("connect");
  await proxy.getText("/page");
  proxy.clock.advance(15_000);
  assert.equal(await proxy.getText("/page"), "v1");
});

test("an origin that times out is told apart from one that cannot be reached", async () => {
  for (const [failure, status] of [["first-byte-timeout", 504], ["reset", 502], ["no-healthy-origin", 503]] as const) {
    const proxy = startProxy();
    proxy.origin.fail(failure);
    assert.equal((await proxy.get("/page")).status, status);
  }
});

test("a refresh tells the origin who asked, though that client is long gone when the origin is asked again", async () => {
  const proxy = startProxy();
  let isGone = false;
  const peer = {
    get address() {
      return isGone ? undefined : "192.0.2.7";
    },
  };
  proxy.origin.reply("v1", { "cache-control": "max-age=10, stale-while-revalidate=30", etag: '"1"' })
    .respond(() => {
      isGone = true;
      return originResponse("", { etag: '"2"' }, 304);
    })
    .reply("v2", { "cache-control": "max-age=10" });
  await proxy.getText("/page");
  proxy.clock.advance(15_000);
  await proxy.getText("/page", { peer });
  await settled();
  assert.equal(proxy.origin.requests.length, 3);
  assert.equal(proxy.origin.lastField("x-forwarded-for"), "192.0.2.7");
});

test("after all windows the origin is not asked about what is stored", async () => {
  const proxy = startProxy({ freshness: { keep: 5 } });
  proxy.origin.reply("page", { "cache-control": "max-age=10", etag: '"1"' });
  await proxy.getText("/page");
  proxy.clock.advance(14_000);
  await proxy.getText("/page");
  assert.equal(proxy.origin.lastField("if-none-match"), '"1"');
  proxy.clock.advance(15_000);
  await proxy.getText("/page");
  assert.equal(proxy.origin.lastField("if-none-match"), undefined);
});

test("a response whose group was invalidated is not brought back to life by a 304", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", { "cache-control": "max-age=10", "cache-groups": '"a"', etag: '"1"' })
    .reply("done", { "cache-group-invalidation": '"a"' })
    .reply("v2", { "cache-control": "max-age=10", etag: '"2"' });
  await proxy.getText("/page");
  await proxy.getText("/form", { method: "POST" });
  assert.equal(await proxy.getText("/page"), "v2");
  assert.equal(proxy.origin.lastField("if-none-match"), undefined);
});
