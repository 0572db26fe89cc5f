// How long anybody waits for somebody else, and what becomes of those who have waited too long, or have left.
import assert from "node:assert/strict";
import { test } from "node:test";
import { holdOrigin } from "../support/held-origin.ts";
import { openResponse, type ScriptedProxy, settled, startProxy } from "../support/scripted-proxy.ts";

const FRESH = { "cache-control": "max-age=60" };

/** Texts of `count` requests for a path. */
function ask(proxy: ScriptedProxy, count: number, path = "/page"): Promise<string>[] {
  return Array.from({ length: count }, () => proxy.getText(path));
}

/** Teaches a route that headers take 100 ms, so that nobody waits longer than three times that. */
async function teachTime(proxy: ScriptedProxy): Promise<void> {
  const held = holdOrigin(proxy);
  const first = proxy.getText("/first");
  await settled();
  proxy.clock.advance(100);
  await held[0]!.reply("first", FRESH);
  await first;
}

test("those who have waited too long share one second fetch, take what comes first, and store nothing of it", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const answers = ask(proxy, 10);
  await settled();
  proxy.clock.advance(4_999);
  await settled();
  assert.equal(held.length, 1);
  proxy.clock.advance(1);
  await settled();
  assert.equal(held.length, 2, "one hedge for all nine");
  await held[1]!.reply("second", FRESH);
  assert.deepEqual(await Promise.all(answers.slice(1)), Array(9).fill("second"));
  assert.equal(proxy.engine.size, 0);
  await held[0]!.reply("first", FRESH);
  assert.equal(await answers[0], "first");
  assert.equal(proxy.engine.size, 1);
  const { gaveUp, hedges, waitersNow } = proxy.engine.coalescing;
  assert.deepEqual({ gaveUp, hedges, waitersNow }, { gaveUp: 9, hedges: 1, waitersNow: 0 });
  assert.equal(proxy.clock.waiting, 0);
});

test("one who hedges still takes the first answer if that comes before the second, which is then let go", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const answers = ask(proxy, 3);
  await settled();
  proxy.clock.advance(5_000);
  await settled();
  await held[0]!.reply("first", FRESH);
  assert.deepEqual(await Promise.all(answers), Array(3).fill("first"));
  await held[1]!.reply("second", FRESH);
  assert.equal(proxy.engine.fetching, 0);
  assert.equal(await proxy.getText("/page"), "first");
});

test("the wait adapts to the route: three times the time in which its headers mostly come", async () => {
  const proxy = startProxy();
  await teachTime(proxy);
  const held = holdOrigin(proxy);
  const answers = ask(proxy, 3, "/second");
  await settled();
  proxy.clock.advance(299);
  await settled();
  assert.equal(held.length, 1);
  proxy.clock.advance(1);
  await settled();
  assert.equal(held.length, 2);
  for (const one of held) await one.reply("page", FRESH);
  await Promise.all(answers);
});

test("nobody joins a fetch that is overdue, and each that is makes the next one be given more time", async () => {
  const proxy = startProxy();
  await teachTime(proxy);
  const held = holdOrigin(proxy);
  const answers = ask(proxy, 1, "/second");
  await settled();
  proxy.clock.advance(300);
  answers.push(...ask(proxy, 2, "/second"));
  await settled();
  assert.equal(held.length, 2);
  proxy.clock.advance(599);
  answers.push(...ask(proxy, 1, "/second"));
  await settled();
  // The one who waits has hedged meanwhile.
  assert.equal(held.length, 3);
  proxy.clock.advance(1);
  answers.push(...ask(proxy, 1, "/second"));
  await settled();
  assert.equal(held.length, 4);
  for (const one of held) await one.reply("page", FRESH);
  await Promise.all(answers);
});

test("who comes after an overdue fetch stores what it brings", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const answers = ask(proxy, 1);
  await settled();
  proxy.clock.advance(5_000);
  answers.push(...ask(proxy, 1));
  await settled();
  await held[1]!.reply("second", FRESH);
  assert.equal(proxy.engine.size, 1);
  await held[0]!.reply("first", FRESH);
  assert.deepEqual(await Promise.all(answers), ["first", "second"]);
});

test("nothing is fetched for a client that has gone while it waited", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const leaving = new AbortController();
  const leader = proxy.getText("/page");
  const gone = proxy.engine.fetch(new Request("http://example.org/page", { signal: leaving.signal }));
  const stays = proxy.getText("/page");
  await settled();
  leaving.abort();
  await held[0]!.reply("leader's", { "cache-control": "private" });
  assert.equal(held.length, 2);
  await held[1]!.reply("stays'", { "cache-control": "private" });
  assert.deepEqual(await Promise.all([leader, stays]), ["leader's", "stays'"]);
  assert.equal((await gone).status, 499);
});

test("nothing is hedged for a client that has gone while it waited", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const leaving = new AbortController();
  const leader = proxy.getText("/page");
  const gone = proxy.engine.fetch(new Request("http://example.org/page", { signal: leaving.signal }));
  await settled();
  leaving.abort();
  proxy.clock.advance(5_000);
  await settled();
  assert.equal(held.length, 1);
  await held[0]!.reply("page", FRESH);
  await Promise.all([leader, gone]);
});

test("every request tells how long it waited for others, and the counters how long all did", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const answers = ask(proxy, 3);
  await settled();
  proxy.clock.advance(40);
  await held[0]!.reply("page", FRESH);
  await Promise.all(answers);
  assert.deepEqual(proxy.exchanges.map(({ waited }) => waited).sort(), [0, 40, 40]);
  assert.deepEqual(proxy.engine.coalescing.waits.slice(0, 6), [0, 0, 0, 0, 2, 0]);
});

test("one who has begun a second fetch is not sent for a third when the first turns out private", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const answers = ask(proxy, 2);
  await settled();
  proxy.clock.advance(5_000);
  await settled();
  await held[0]!.reply("mine", { "cache-control": "private" });
  assert.equal(held.length, 2);
  await held[1]!.reply("yours", { "cache-control": "private" });
  assert.deepEqual(await Promise.all(answers), ["mine", "yours"]);
});

test("one who has begun a second fetch is not sent for a third when the first turns out another variant", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const answers = ["a", "b"].map((colour) => proxy.getText("/page", { headers: { "x-colour": colour } }));
  await settled();
  proxy.clock.advance(5_000);
  await settled();
  for (const one of held.slice()) await one.reply(one.field("x-colour")!, { ...FRESH, vary: "X-Colour" });
  assert.deepEqual(await Promise.all(answers), ["a", "b"]);
  assert.equal(held.length, 2);
});

test("a response that nobody is left to read is let go, though it was too large to be stored", async () => {
  const proxy = startProxy({ maxObjectBytes: 10 });
  const held = holdOrigin(proxy);
  const leaving = new AbortController();
  const gone = [1, 2].map(() => proxy.engine.fetch(new Request("http://example.org/page", { signal: leaving.signal })));
  await settled();
  leaving.abort();
  const open = openResponse({ ...FRESH, "content-length": "1000" }, "length");
  await held[0]!.respond(open.response);
  assert.ok(open.cancelled);
  assert.equal(proxy.engine.fetching, 0);
  assert.deepEqual((await Promise.all(gone)).map(({ status }) => status), [499, 499]);
});

test("a listener may say itself that a client has gone", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  let isGone = false;
  const peer = {
    get isGone() {
      return isGone;
    },
  };
  const answers = [proxy.get("/page"), proxy.get("/page", { peer })];
  await settled();
  isGone = true;
  await held[0]!.reply("mine", { "cache-control": "private" });
  assert.equal(held.length, 1);
  assert.deepEqual((await Promise.all(answers)).map(({ status }) => status), [200, 499]);
});

test("a private response whose client has gone is let go", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const leaving = new AbortController();
  const gone = proxy.engine.fetch(new Request("http://example.org/page", { signal: leaving.signal }));
  await settled();
  leaving.abort();
  const open = openResponse({ "cache-control": "private" });
  await held[0]!.respond(open.response);
  assert.ok(open.cancelled);
  assert.equal((await gone).status, 499);
});
