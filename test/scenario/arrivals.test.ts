// Predict to wait: which of several requests for one key wait for which, before anything is known of the answer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { holdOrigin } from "../support/held-origin.ts";
import { type Ask, type ScriptedProxy, settled, startProxy } from "../support/scripted-proxy.ts";

const FRESH = { "cache-control": "max-age=60" };

async function askAll(proxy: ScriptedProxy, path: string, asks: readonly Ask[]): Promise<Promise<string>[]> {
  const answers = asks.map((ask) => proxy.getText(path, ask));
  await settled();
  return answers;
}

const accepting = (...types: string[]): Ask[] => types.map((type) => ({ headers: { accept: `text/${type}` } }));
const withCookies = (...values: string[]): Ask[] => values.map((value) => ({ headers: { cookie: `id=${value}` } }));

/** Teaches a route that its answers are the same for everybody, cookies or not. */
async function proveShareable(proxy: ScriptedProxy): Promise<void> {
  proxy.origin.reply("same for all", FRESH);
  await proxy.getText("/shop/first", { headers: { cookie: "id=0" } });
  await settled();
}

test("while nothing is known, those who ask in the same way wait, and up to four ways are fetched at once", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const answers = await askAll(proxy, "/page", accepting("a", "b", "a", "c", "d", "e", "f", "b"));
  assert.deepEqual(held.map((one) => one.field("accept")), ["text/a", "text/b", "text/c", "text/d"]);
  assert.equal(proxy.engine.coalescing.waitersNow, 4);
  for (const one of held) await one.reply(`for ${one.field("accept")}`, { ...FRESH, vary: "Accept" });
  // The two who waited for any headers know with the first ones what theirs depends on.
  assert.deepEqual(held.slice(4).map((one) => one.field("accept")), ["text/e", "text/f"]);
  for (const one of held.slice(4)) await one.reply(`for ${one.field("accept")}`, { ...FRESH, vary: "Accept" });
  assert.deepEqual(await Promise.all(answers), ["a", "b", "a", "c", "d", "e", "f", "b"].map((x) => `for text/${x}`));
});

test("an answer that does not vary goes at once to all who wait for the key, also to those who wait for other fetches", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const answers = await askAll(proxy, "/page", accepting("a", "b", "b", "c", "d", "e", "f"));
  assert.equal(held.length, 4);
  await held[0]!.reply("same for all", FRESH);
  const early = await Promise.race([Promise.all([0, 2, 5, 6].map((i) => answers[i])), settled()]);
  assert.deepEqual(early, Array(4).fill("same for all"));
  for (const one of held.slice(1)) await one.reply("same for all", FRESH);
  await Promise.all(answers);
  const { speculative, wasted, shares } = proxy.engine.coalescing;
  assert.deepEqual({ speculative, wasted, shares }, { speculative: 3, wasted: 3, shares: 3 });
});

test("a key never seen starts with what its route has taught: one fetch where answers did not vary", async () => {
  const proxy = startProxy();
  proxy.origin.reply("first", FRESH);
  await proxy.getText("/items/1");
  const held = holdOrigin(proxy);
  const answers = await askAll(proxy, "/items/2", accepting("a", "b", "c", "d", "e"));
  assert.equal(held.length, 1);
  await held[0]!.reply("second", FRESH);
  assert.deepEqual(new Set(await Promise.all(answers)), new Set(["second"]));
});

test("what a route has taught is only a guess: those for whom it was wrong go on at once", async () => {
  const proxy = startProxy();
  proxy.origin.reply("first", FRESH);
  await proxy.getText("/items/1");
  const held = holdOrigin(proxy);
  const answers = await askAll(proxy, "/items/2", accepting("a", "b", "c", "b"));
  assert.equal(held.length, 1);
  await held[0]!.reply("a", { ...FRESH, vary: "Accept" });
  assert.deepEqual(held.map((one) => one.field("accept")), ["text/a", "text/b", "text/c"]);
  for (const one of held.slice(1)) await one.reply(one.field("accept")!.slice(5), { ...FRESH, vary: "Accept" });
  assert.deepEqual(await Promise.all(answers), ["a", "b", "c", "b"]);
  assert.equal(proxy.engine.coalescing.rebuckets, 3);
});

test("what a key has taught outlives its stored responses, and variants known to differ do not wait at all", async () => {
  const proxy = startProxy({ freshness: { keep: 0 } });
  proxy.origin.reply("first", { ...FRESH, vary: "Accept" });
  await proxy.getText("/page", accepting("a")[0]);
  proxy.engine.invalidate("http://example.org/page");
  const held = holdOrigin(proxy);
  await askAll(proxy, "/page", accepting("a", "b", "c", "d", "e", "f", "a"));
  assert.equal(held.length, 6);
  for (const one of held) await one.reply("", FRESH);
});

test("declared routes decide who waits from the first request on, and never who gets what", async () => {
  const proxy = startProxy({ coalescing: { routes: [{ path: "/api/*", vary: ["X-Colour"] }] } });
  const held = holdOrigin(proxy);
  const asks = ["red", "blue", "red"].map((colour, i) => ({ headers: { "x-colour": colour, accept: `text/${i}` } }));
  const answers = await askAll(proxy, "/api/x", asks);
  assert.deepEqual(held.map((one) => one.field("x-colour")), ["red", "blue"]);
  // The declaration was wrong: it is Accept that matters.
  for (const one of held) await one.reply(one.field("accept")!, { ...FRESH, vary: "Accept" });
  assert.equal(held.length, 3);
  await held[2]!.reply(held[2]!.field("accept")!, { ...FRESH, vary: "Accept" });
  assert.deepEqual(await Promise.all(answers), ["text/0", "text/1", "text/2"]);
});

test("visitors with credentials of their own wait for nobody on a route that has never given two the same", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  await askAll(proxy, "/me", [{}, ...withCookies("a", "b", "c", "d", "e", "f", "a")]);
  assert.equal(held.length, 7, "all but the second request of a");
  for (const one of held) await one.reply("", { "cache-control": "private" });
});

test("where visitors have got the same before, some of them fetch and the others wait for the headers of any", async () => {
  const proxy = startProxy();
  await proveShareable(proxy);
  const held = holdOrigin(proxy);
  const answers = await askAll(proxy, "/shop/second", withCookies("a", "b", "c", "d", "e", "f"));
  assert.equal(held.length, 4);
  await held[0]!.reply("same for all", FRESH);
  assert.deepEqual(await Promise.all([answers[0], answers[4], answers[5]]), Array(3).fill("same for all"));
  for (const one of held.slice(1)) await one.reply("same for all", FRESH);
});

test("a private answer where visitors had got the same before is shared with nobody", async () => {
  const proxy = startProxy();
  await proveShareable(proxy);
  const held = holdOrigin(proxy);
  const answers = await askAll(proxy, "/shop/second", withCookies("a", "b", "c", "d", "e", "f"));
  await held[0]!.reply("of a", { "cache-control": "private" });
  assert.equal(held.length, 6, "those who waited for any headers go on at once");
  for (const one of held.slice(1)) {
    await one.reply(`of ${one.field("cookie")!.slice(3)}`, { "cache-control": "private" });
  }
  assert.deepEqual(await Promise.all(answers), ["a", "b", "c", "d", "e", "f"].map((name) => `of ${name}`));
});

test("on a route declared public everybody waits with everybody, whatever cookies they bring", async () => {
  const proxy = startProxy({ coalescing: { routes: [{ path: "/assets/*", public: true }] } });
  const held = holdOrigin(proxy);
  const answers = await askAll(proxy, "/assets/x", [{}, ...withCookies("a", "b", "c")]);
  assert.equal(held.length, 1);
  await held[0]!.reply("same for all", { "cache-control": "max-age=0" });
  assert.deepEqual(new Set(await Promise.all(answers)), new Set(["same for all"]));
});

test("declared public or not, what says that it is private is shared with nobody", async () => {
  const proxy = startProxy({ coalescing: { routes: [{ path: "/assets/*", public: true }] } });
  const held = holdOrigin(proxy);
  const answers = await askAll(proxy, "/assets/x", withCookies("a", "b", "c"));
  for (let i = 0; i < 3; i++) await held[i]!.reply(held[i]!.field("cookie")!, { "cache-control": "private" });
  assert.deepEqual(await Promise.all(answers), ["id=a", "id=b", "id=c"]);
});

for (const fields of [{ "cache-control": "private" }, { "cache-control": "no-store" }, { vary: "*" }]) {
  test(`once an answer could not be shared, nobody waits for the next ones (${JSON.stringify(fields)})`, async () => {
    const proxy = startProxy();
    proxy.origin.reply("so that the route is not taken for a private one", FRESH);
    await proxy.getText("/other");
    const held = holdOrigin(proxy);
    await askAll(proxy, "/me", [{}, {}, {}]);
    assert.equal(held.length, 1);
    await held[0]!.reply("", fields);
    assert.equal(held.length, 3);
    for (const one of held.slice(1)) await one.reply("", fields);
    await askAll(proxy, "/me", [{}, {}, {}]);
    assert.equal(held.length, 6);
    for (const one of held.slice(3)) await one.reply("", fields);
    proxy.clock.advance(121_000);
    await askAll(proxy, "/me", [{}, {}, {}]);
    assert.equal(held.length, 7, "it is forgotten after two minutes");
    await held[6]!.reply("", fields);
  });
}

test("the first answer that can be shared ends hit-for-miss, and is stored", async () => {
  const proxy = startProxy();
  proxy.origin.reply("mine", { "cache-control": "private" });
  await proxy.getText("/page");
  const held = holdOrigin(proxy);
  const answers = await askAll(proxy, "/page", [{}, {}]);
  assert.equal(held.length, 2);
  for (const one of held) await one.reply("ours", FRESH);
  assert.deepEqual(await Promise.all(answers), ["ours", "ours"]);
  assert.equal(await proxy.getText("/page"), "ours");
  proxy.clock.advance(70_000);
  await askAll(proxy, "/page", [{}, {}]);
  assert.equal(held.length, 3);
  await held[2]!.reply("ours", FRESH);
});

test("hit-for-miss hands the client's own conditions on, and its 304 back", async () => {
  const proxy = startProxy();
  proxy.origin.reply("mine", { "cache-control": "private", etag: '"1"' });
  await proxy.getText("/me");
  proxy.origin.reply("", { "cache-control": "private", etag: '"1"' }, 304);
  const response = await proxy.get("/me", { headers: { "if-none-match": '"1"' } });
  assert.equal(response.status, 304);
  assert.equal(proxy.origin.lastField("if-none-match"), '"1"');
});

test("private pages of those with cookies do not keep those without from waiting for a shared one", async () => {
  const proxy = startProxy();
  proxy.origin.reply("of a", { "cache-control": "private" });
  await proxy.getText("/home", { headers: { cookie: "id=a" } });
  const held = holdOrigin(proxy);
  const answers = await askAll(proxy, "/home", [{}, {}, {}]);
  assert.equal(held.length, 1);
  await held[0]!.reply("for all", FRESH);
  assert.deepEqual(await Promise.all(answers), Array(3).fill("for all"));
});

test("a private answer to one with credentials does not send those to the origin who wait without any", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const answers = await askAll(proxy, "/home", [...accepting("a", "b", "c", "d", "e", "f"), ...withCookies("x")]);
  assert.equal(held.length, 5);
  await held[4]!.reply("of x", { "cache-control": "private" });
  assert.equal(held.length, 5);
  await held[0]!.reply("for all", FRESH);
  assert.deepEqual(await Promise.all([0, 4, 5].map((i) => answers[i])), Array(3).fill("for all"));
  for (const one of held.slice(1, 4)) await one.reply("for all", FRESH);
});

test("those without credentials do not count the fetches of those with them as guesses of theirs", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  await askAll(proxy, "/home", [...withCookies("a", "b", "c", "d", "e"), {}]);
  assert.equal(held.length, 6);
  for (const one of held) await one.reply("", { "cache-control": "private" });
});

test("what went wrong is not remembered as private", async () => {
  const proxy = startProxy();
  proxy.origin.reply("oops", { "cache-control": "no-store" }, 503);
  await proxy.getText("/page");
  const held = holdOrigin(proxy);
  await askAll(proxy, "/page", [{}, {}, {}]);
  assert.equal(held.length, 1);
  await held[0]!.reply("", FRESH);
});

test("a route that mostly gives private answers makes nobody wait for a key never seen", async () => {
  const proxy = startProxy();
  for (let i = 0; i < 4; i++) {
    proxy.origin.reply("mine", { "cache-control": "private" });
    await proxy.getText(`/accounts/${i}`);
  }
  const held = holdOrigin(proxy);
  await askAll(proxy, "/accounts/9", [{}, {}, {}]);
  assert.equal(held.length, 3);
  for (const one of held) await one.reply("", { "cache-control": "private" });
});

test("a HEAD waits for the headers of a GET, and makes no fetch that others wait for", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const get = proxy.get("/page");
  const head = proxy.get("/page", { method: "HEAD" });
  await settled();
  assert.equal(held.length, 1);
  await held[0]!.reply("page", FRESH);
  assert.equal((await head).headers.get("content-length"), "4");
  assert.match((await head).headers.get("cache-status") ?? "", /; collapsed/);
  assert.equal(await (await get).text(), "page");
  const alone = proxy.get("/other", { method: "HEAD" });
  const other = proxy.get("/other");
  await settled();
  assert.deepEqual(held.slice(1).map((one) => one.request.method), ["HEAD", "GET"]);
  for (const one of held.slice(1)) await one.reply("", FRESH);
  await Promise.all([alone, other]);
});

test("a range waits for the whole if it begins near, and is fetched by itself if not", async () => {
  const proxy = startProxy({ coalescing: { lookAhead: 100 } });
  const held = holdOrigin(proxy);
  const range = (value: string) => proxy.get("/page", { headers: { range: value } });
  const asked = [
    proxy.get("/page"),
    range("bytes=100-109"),
    range("bytes=101-110"),
    range("bytes=-5"),
    range("bytes=101-110"),
  ];
  await settled();
  assert.deepEqual(held.map((one) => one.field("range")), [undefined, "bytes=101-110", "bytes=-5"]);
  const page = "0123456789".repeat(100);
  await held[0]!.reply(page, { ...FRESH, etag: '"1"' });
  for (const one of held.slice(1)) await one.reply(page, FRESH);
  const [, near] = await Promise.all(asked);
  assert.equal(near!.headers.get("content-range"), "bytes 100-109/1000");
});

test("K falls to one where guesses are mostly needless: then all wait for the first headers", async () => {
  const proxy = startProxy();
  for (let i = 0; i < 6; i++) {
    const held = holdOrigin(proxy);
    await askAll(proxy, `/folder${"x".repeat(i)}/page`, accepting("a", "b", "c", "d"));
    for (const one of held) await one.reply("same for all", FRESH);
  }
  const held = holdOrigin(proxy);
  const answers = await askAll(proxy, "/another/page", accepting("a", "b", "c", "d"));
  assert.equal(held.length, 1);
  await held[0]!.reply("same for all", FRESH);
  assert.deepEqual(new Set(await Promise.all(answers)), new Set(["same for all"]));
});
