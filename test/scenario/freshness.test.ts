import { test } from "node:test";
import assert from "node:assert/strict";
import { originResponse, settled, startProxy } from "../support/scripted-proxy.ts";

test("a fresh response is delivered again with its age, and without asking the origin", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", { "cache-control": "max-age=60" });
  const first = await proxy.get("/page");
  assert.equal(await first.text(), "v1");
  assert.equal(first.headers.get("cache-status"), "lacquer; fwd=uri-miss; fwd-status=200; ttl=60; stored");
  proxy.clock.advance(21_500);
  const second = await proxy.get("/page");
  assert.equal(await second.text(), "v1");
  assert.equal(second.headers.get("age"), "21");
  assert.equal(second.headers.get("cache-status"), "lacquer; hit; ttl=39");
  assert.equal(proxy.origin.requests.length, 1);
});

test("a hit in memory is answered without a promise", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", { "cache-control": "max-age=60" });
  await proxy.getText("/page");
  assert.ok(proxy.engine.handle(new Request("http://example.org/page")) instanceof Response);
});

test("the age grows by what the response says it already had and by the time it took to come", async () => {
  const proxy = startProxy();
  proxy.origin.respond(() => {
    proxy.clock.advance(3000);
    return originResponse("v1", { "cache-control": "max-age=60", age: "10" });
  });
  await proxy.getText("/page");
  proxy.clock.advance(1000);
  assert.equal((await proxy.get("/page")).headers.get("age"), "14");
});

test("a step of the wall clock changes no remaining lifetime", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", { "cache-control": "max-age=60" }).reply("v2", { "cache-control": "max-age=60" });
  await proxy.getText("/page");
  for (const step of [3_600_000, -7_200_000]) {
    proxy.clock.stepWall(step);
    const response = await proxy.get("/page");
    assert.equal(response.headers.get("age"), "0");
    assert.equal(response.headers.get("cache-status"), "lacquer; hit; ttl=60");
  }
  proxy.clock.advance(60_000);
  assert.equal(await proxy.getText("/page"), "v2");
});

test("s-maxage outweighs max-age, and max-age outweighs Expires", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", {
    "cache-control": "max-age=5, s-maxage=60",
    expires: "Thu, 01 Jan 1970 00:00:00 GMT",
  });
  await proxy.getText("/page");
  proxy.clock.advance(30_000);
  assert.equal((await proxy.get("/page")).headers.get("cache-status"), "lacquer; hit; ttl=30");
});

test("a response without freshness is stored for a tenth of the time since it was modified", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", { "last-modified": "Wed, 31 Dec 2025 23:00:00 GMT" });
  await proxy.getText("/page");
  assert.equal((await proxy.get("/page")).headers.get("cache-status"), "lacquer; hit; ttl=360");
});

test("no lifetime is guessed for the answer to a request with cookies", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", { "last-modified": "Wed, 31 Dec 2025 23:00:00 GMT" });
  await proxy.getText("/page", { headers: { cookie: "id=1" } });
  await proxy.getText("/page");
  assert.equal(proxy.origin.requests.length, 2);
});

const NOT_STORED: ReadonlyArray<
  [what: string, detail: string, fields: Record<string, string>, ask?: Record<string, string>]
> = [
  ["no-store", "no-store", { "cache-control": "max-age=60, no-store" }],
  ["private", "private", { "cache-control": "max-age=60, private" }],
  ["a cookie", "set-cookie", { "cache-control": "public, max-age=60", "set-cookie": "sid=1" }],
  ["Vary: *", "vary-star", { "cache-control": "max-age=60", vary: "accept, *" }],
  ["an authorised request", "authorization", { "cache-control": "max-age=60" }, { authorization: "Basic eDp5" }],
];

for (const [what, detail, fields, headers] of NOT_STORED) {
  test(`nothing is stored because of ${what}`, async () => {
    const proxy = startProxy();
    proxy.origin.reply("mine", fields);
    const first = await proxy.get("/page", headers ? { headers } : {});
    assert.equal(first.headers.get("cache-status"), `lacquer; fwd=uri-miss; fwd-status=200; detail=${detail}`);
    assert.equal(first.headers.get("set-cookie"), fields["set-cookie"] ?? null);
    await first.text();
    await settled();
    assert.equal(proxy.engine.size, 0);
    await proxy.getText("/page");
    assert.equal(proxy.origin.requests.length, 2);
  });
}

for (const directive of ["public, max-age=60", "s-maxage=60", "max-age=60, must-revalidate"]) {
  test(`the answer to an authorised request is stored when it says ${directive}`, async () => {
    const proxy = startProxy();
    proxy.origin.reply("all", { "cache-control": directive });
    await proxy.getText("/page", { headers: { authorization: "Basic eDp5" } });
    assert.equal((await proxy.get("/page")).headers.get("cache-status"), "lacquer; hit; ttl=60");
  });
}

test("a response with no-cache is stored and validated before every reuse", async () => {
  const proxy = startProxy();
  const fields = { "cache-control": "no-cache", etag: '"1"' };
  proxy.origin.reply("v1", fields).reply("", fields, 304);
  assert.equal(await proxy.getText("/page"), "v1");
  for (let visit = 0; visit < 2; visit++) {
    const response = await proxy.get("/page");
    assert.equal(await response.text(), "v1");
    assert.match(response.headers.get("cache-status") ?? "", /^lacquer; fwd=stale; fwd-status=304/);
    assert.equal(proxy.origin.lastField("if-none-match"), '"1"');
  }
  assert.equal(proxy.origin.requests.length, 3);
});

test("a stale response is confirmed by 304, takes over its fields and is fresh again", async () => {
  const proxy = startProxy();
  proxy.origin
    .reply("v1", { "cache-control": "max-age=10", etag: '"1"', "x-version": "a", "content-encoding": "br" })
    .reply("", {
      "cache-control": "max-age=20",
      etag: '"1"',
      "x-version": "b",
      "content-type": "text/html",
      "content-encoding": "gzip",
    }, 304);
  await proxy.getText("/page");
  proxy.clock.advance(15_000);
  const confirmed = await proxy.get("/page");
  assert.equal(await confirmed.text(), "v1");
  assert.equal(confirmed.headers.get("x-version"), "b");
  assert.equal(confirmed.headers.get("content-type"), "text/html");
  assert.equal(confirmed.headers.get("content-encoding"), "br");
  proxy.clock.advance(15_000);
  const hit = await proxy.get("/page");
  assert.equal(hit.headers.get("cache-status"), "lacquer; hit; ttl=5");
  assert.equal(hit.headers.get("x-version"), "b");
  assert.equal(proxy.origin.requests.length, 2);
});

test("a stale response is replaced when the origin sends another", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", { "cache-control": "max-age=10", etag: '"1"' })
    .reply("v2", { "cache-control": "max-age=10", etag: '"2"' });
  await proxy.getText("/page");
  proxy.clock.advance(15_000);
  assert.equal(await proxy.getText("/page"), "v2");
  assert.equal(await proxy.getText("/page"), "v2");
  assert.equal(proxy.engine.size, 1);
});

test("a 304 that speaks of another entity tag is followed by an unconditional request", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", { "cache-control": "max-age=10", etag: '"1"' })
    .reply("", { etag: '"other"' }, 304)
    .reply("v2", { "cache-control": "max-age=10", etag: '"2"' });
  await proxy.getText("/page");
  proxy.clock.advance(15_000);
  assert.equal(await proxy.getText("/page"), "v2");
  assert.equal(proxy.origin.lastField("if-none-match"), undefined);
});

test("a 304 to a question that was not asked is a failure of the origin, and nothing is stored", async () => {
  const proxy = startProxy();
  proxy.origin.reply("", { "cache-control": "max-age=60" }, 304);
  const response = await proxy.get("/page");
  assert.equal(response.status, 502);
  assert.equal(proxy.engine.size, 0);
});

test("a 206 to a plain request is neither stored nor sent on, for nobody could tell it from the whole", async () => {
  const proxy = startProxy();
  proxy.origin.reply("01234", { "cache-control": "max-age=60", "content-range": "bytes 0-4/100" }, 206);
  assert.equal((await proxy.get("/page")).status, 502);
  await settled();
  assert.equal(proxy.engine.size, 0);
});

test("a response whose end only the closing connection tells is delivered and not stored", async () => {
  const proxy = startProxy();
  proxy.origin.respond(() => ({ ...originResponse("v1", { "cache-control": "max-age=60" }), framing: "close" }));
  assert.equal(await proxy.getText("/page"), "v1");
  await settled();
  assert.equal(proxy.engine.size, 0);
});

test("a server error with a long lifetime is stored for ten seconds at most", async () => {
  const proxy = startProxy();
  proxy.origin.reply("busy", { "cache-control": "max-age=3600" }, 503).reply("fine", {});
  await proxy.getText("/page");
  proxy.clock.advance(9000);
  assert.equal((await proxy.get("/page")).status, 503);
  proxy.clock.advance(2000);
  assert.equal(await proxy.getText("/page"), "fine");
});

test("an error never takes the place of a response that can still be confirmed", async () => {
  const proxy = startProxy();
  const good = { "cache-control": "max-age=10", etag: '"1"' };
  proxy.origin.reply("good", good).reply("bad", { "cache-control": "max-age=3600" }, 400).reply("", good, 304);
  await proxy.getText("/page");
  proxy.clock.advance(15_000);
  assert.equal((await proxy.get("/page")).status, 400);
  assert.equal(await proxy.getText("/page"), "good");
  assert.equal(proxy.origin.lastField("if-none-match"), '"1"');
});

test("a 404 does take the place of what was there", async () => {
  const proxy = startProxy();
  proxy.origin.reply("was", { "cache-control": "max-age=10" }).reply("gone", { "cache-control": "max-age=60" }, 404);
  await proxy.getText("/page");
  proxy.clock.advance(15_000);
  await proxy.getText("/page");
  const response = await proxy.get("/page");
  assert.equal(response.status, 404);
  assert.match(response.headers.get("cache-status") ?? "", /hit/);
});

test("a 304 to a question that was not asked confirms nothing that is stored", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", { "cache-control": "max-age=10" })
    .reply("", { "cache-control": "max-age=60" }, 304)
    .reply("v2", { "cache-control": "max-age=60" });
  await proxy.getText("/page");
  proxy.clock.advance(15_000);
  assert.equal(await proxy.getText("/page"), "v2");
});

test("a 304 that tells another time of change, and no entity tag, is not about what is stored", async () => {
  const proxy = startProxy();
  const modified = "Wed, 31 Dec 2025 12:00:00 GMT";
  proxy.origin.reply("v1", { "cache-control": "max-age=10", "last-modified": modified })
    .reply("", { "last-modified": "Wed, 31 Dec 2025 13:00:00 GMT" }, 304)
    .reply("v2", { "cache-control": "max-age=60" });
  await proxy.getText("/page");
  proxy.clock.advance(15_000);
  assert.equal(await proxy.getText("/page"), "v2");
});

test("cookies that come with a 304 reach the one client, each on a line of its own, and nothing is kept", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", { "cache-control": "max-age=10", etag: '"1"' }).respond(() => {
    const confirmed = originResponse("", { etag: '"1"' }, 304);
    return { ...confirmed, fields: [...confirmed.fields, ["set-cookie", "a=1; Path=/"], ["set-cookie", "b=2"]] };
  });
  await proxy.getText("/page");
  proxy.clock.advance(15_000);
  const response = await proxy.get("/page");
  assert.deepEqual(response.headers.getSetCookie(), ["a=1; Path=/", "b=2"]);
  assert.equal(await response.text(), "v1");
  assert.equal(proxy.engine.size, 0);
});

test("a page made for a cookie is nobody else's when a window of policy opens for what has no lifetime", async () => {
  const proxy = startProxy({ freshness: { staleWhileRevalidate: 60, staleIfError: 60 } });
  const fields = { "last-modified": "Wed, 31 Dec 2025 12:00:00 GMT" };
  proxy.origin.reply("of one", fields).reply("of all", fields).fail("connect");
  await proxy.getText("/page", { headers: { cookie: "id=1" } });
  assert.equal(await proxy.getText("/page", { headers: { cookie: "id=2" } }), "of all");
  assert.equal((await proxy.get("/page", { headers: { cookie: "id=3" } })).status, 502);
});
