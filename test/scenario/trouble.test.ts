// What becomes of all who wait when the origin fails: one more try together where that may help, and no more.
import assert from "node:assert/strict";
import { test } from "node:test";
import { holdOrigin } from "../support/held-origin.ts";
import { type Ask, type ScriptedProxy, settled, startProxy } from "../support/scripted-proxy.ts";

const FRESH = { "cache-control": "max-age=60" };

function ask(proxy: ScriptedProxy, count: number, options: Ask = {}): Promise<Response>[] {
  return Array.from({ length: count }, () => proxy.get("/page", options));
}

async function statuses(answers: readonly Promise<Response>[]): Promise<number[]> {
  return (await Promise.all(answers)).map(({ status }) => status);
}

test("one of those who waited for a fetch that failed may try once more, and all others share that", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const answers = ask(proxy, 100);
  await settled();
  await held[0]!.fail("reset");
  assert.equal(held.length, 2);
  await held[1]!.reply("page", FRESH);
  assert.deepEqual(new Set(await statuses(answers)), new Set([200]));
  assert.equal(held.length, 2);
  assert.equal(proxy.engine.coalescing.reelections, 1);
});

test("the second failure is the answer to all", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const answers = ask(proxy, 100);
  await settled();
  for (let i = 0; i < 2; i++) await held[i]!.fail("reset");
  assert.deepEqual(new Set(await statuses(answers)), new Set([502]));
  assert.equal(held.length, 2);
  // And the key works again at once.
  const next = proxy.getText("/page");
  await settled();
  await held[2]!.reply("page", FRESH);
  assert.equal(await next, "page");
});

test("a timeout is the answer to all: nobody waits for a second one after it", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const answers = ask(proxy, 50);
  await settled();
  await held[0]!.fail("first-byte-timeout");
  assert.deepEqual(new Set(await statuses(answers)), new Set([504]));
  assert.equal(held.length, 1);
  const next = proxy.getText("/page");
  await settled();
  await held[1]!.reply("page", FRESH);
  assert.equal(await next, "page");
});

test("a crowd turned away by an origin that cannot be reached does not come back for a second", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const answers = ask(proxy, 1000);
  await settled();
  await held[0]!.fail("connect");
  assert.deepEqual(new Set(await statuses(answers)), new Set([502]));
  assert.deepEqual(new Set(await statuses(ask(proxy, 1000))), new Set([502]));
  assert.equal(held.length, 1);
  proxy.clock.advance(1_000);
  const next = proxy.getText("/page");
  await settled();
  await held[1]!.reply("page", FRESH);
  assert.equal(await next, "page");
});

test("one who was alone with a failure may try again at once", async () => {
  const proxy = startProxy();
  proxy.origin.fail("connect").reply("page", FRESH);
  assert.equal((await proxy.get("/page")).status, 502);
  assert.equal(await proxy.getText("/page"), "page");
});

for (const [status, told] of [[500, 502], [502, 502], [503, 503], [504, 504]] as const) {
  test(`an origin that answers ${status} to one and then to another is in trouble for all who wait`, async () => {
    const proxy = startProxy();
    const held = holdOrigin(proxy);
    const answers = ask(proxy, 100);
    await settled();
    for (let i = 0; i < 2; i++) await held[i]!.reply(`for one only ${i}`, { "cache-control": "no-store" }, status);
    const bodies = await Promise.all(answers.map(async (answer) => (await answer).text()));
    assert.equal(held.length, 2);
    // The first asked, and the last who had come tried again.
    assert.deepEqual([bodies[0], bodies.at(-1)], ["for one only 0", "for one only 1"]);
    assert.ok(bodies.slice(1, -1).every((body) => !body.includes("for one only")));
    assert.deepEqual(new Set((await statuses(answers)).slice(1, -1)), new Set([told]));
    assert.match((await answers[5])!.headers.get("cache-status") ?? "", /; collapsed; detail=origin-in-trouble$/);
    assert.equal((await answers[5])!.headers.get("cache-control"), "no-store");
  });
}

test("an error that is not the origin's own trouble releases all who wait", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const answers = ask(proxy, 10);
  await settled();
  await held[0]!.reply("no", { "cache-control": "no-store" }, 403);
  assert.equal(held.length, 10);
  for (const one of held.slice(1)) await one.reply("no", { "cache-control": "no-store" }, 403);
  assert.deepEqual(new Set(await statuses(answers)), new Set([403]));
});

test("each who may have a stale response gets it, and nobody is asked to try again for them", async () => {
  const proxy = startProxy();
  proxy.origin.reply("old", { "cache-control": "max-age=10, stale-if-error=600" });
  await proxy.getText("/page");
  proxy.clock.advance(20_000);
  const held = holdOrigin(proxy);
  const answers = ask(proxy, 20);
  await settled();
  await held[0]!.fail("reset");
  assert.deepEqual(new Set(await Promise.all(answers.map(async (one) => (await one).text()))), new Set(["old"]));
  assert.equal(held.length, 1);
});

test("retries keep to their budget: where there were too many, a failure is the answer at once", async () => {
  const proxy = startProxy();
  let asked = 0;
  proxy.origin.respond(async () => {
    asked++;
    await settled();
    throw new Error("broken");
  });
  for (let i = 0; i < 40; i++) await Promise.all(ask(proxy, 2));
  assert.ok(asked >= 55 && asked <= 62, String(asked)); // 40, 16 saved up, and a tenth
});

test("those who wait for any headers are not failed by one fetch while others are in the air", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const types = ["a", "b", "c", "d", "e"];
  const answers = types.map((type) => proxy.get("/page", { headers: { accept: `text/${type}` } }));
  await settled();
  assert.equal(held.length, 4);
  for (let i = 0; i < 3; i++) await held[i]!.fail("first-byte-timeout");
  await held[3]!.reply("page", FRESH);
  assert.deepEqual(await statuses(answers), [504, 504, 504, 200, 200]);
});

test("those who wait for any headers are told when all fetches have failed", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const types = ["a", "b", "c", "d", "e", "f"];
  const answers = types.map((type) => proxy.get("/page", { headers: { accept: `text/${type}` } }));
  await settled();
  for (const one of held.slice()) await one.fail("first-byte-timeout");
  assert.deepEqual(await statuses(answers), Array(6).fill(504));
  assert.equal(held.length, 4);
});

test("those who wait for any headers do not wait for those of a POST", async () => {
  const proxy = startProxy({ coalescing: { maxSpeculative: 1 } });
  const held = holdOrigin(proxy);
  const first = proxy.get("/page", { headers: { accept: "text/a" } });
  await settled();
  const posted = proxy.get("/page", { method: "POST", body: "x" });
  const undecided = proxy.get("/page", { headers: { accept: "text/b" } });
  await settled();
  assert.deepEqual(held.map((one) => one.request.method), ["GET", "POST"]);
  await held[0]!.fail("first-byte-timeout");
  assert.deepEqual(await statuses([first, undecided]), [504, 504]);
  await held[1]!.reply("done");
  await posted;
});

test("one who hedges is not failed by the first of the two fetches, unless it was a timeout", async () => {
  for (const [failure, expected] of [["reset", 200], ["first-byte-timeout", 504]] as const) {
    const proxy = startProxy();
    const held = holdOrigin(proxy);
    const answers = ask(proxy, 3);
    await settled();
    proxy.clock.advance(5_000);
    await settled();
    await held[0]!.fail(failure);
    assert.equal(held.length, 2);
    await held[1]!.reply("page", FRESH);
    assert.deepEqual((await statuses(answers)).slice(1), [expected, expected], failure);
    assert.equal(proxy.engine.coalescing.waitersNow, 0);
  }
});

for (const trouble of ["reset", 500] as const) {
  test(`those who wait for any headers try once more when all fetches have come to ${trouble}`, async () => {
    const proxy = startProxy();
    const held = holdOrigin(proxy);
    const bad = ["1", "2", "3", "4"].map((type) => proxy.get("/page", { headers: { accept: `bad/${type}` } }));
    await settled();
    const good = Array.from({ length: 20 }, (_, i) => proxy.get("/page", { headers: { accept: `good/${i}` } }));
    await settled();
    assert.equal(held.length, 4);
    for (const one of held.slice()) await (trouble === 500 ? one.reply("no", {}, 500) : one.fail(trouble));
    assert.deepEqual(held.slice(4).map((one) => one.field("accept")), ["good/19"]);
    await held[4]!.reply("page", FRESH);
    assert.deepEqual(new Set(await statuses(good)), new Set([200]));
    // Of those who have not been given an answer of the origin, the last shares the second try.
    assert.deepEqual(await statuses(bad), trouble === 500 ? [500, 500, 500, 500] : [502, 502, 502, 200]);
    assert.equal(proxy.engine.coalescing.waitersNow, 0);
  });
}

test("two requests that the origin cannot bear do not fail those who came after them", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const bad = [1, 2].map(() => proxy.get("/page", { headers: { "x-bad": "1" } }));
  const good = ask(proxy, 50);
  await settled();
  for (let i = 0; i < 2; i++) {
    await (held[i]!.field("x-bad") === "1" ? held[i]!.reply("boom", {}, 500) : held[i]!.reply("page", FRESH));
  }
  assert.deepEqual(new Set(await statuses(good)), new Set([200]));
  assert.deepEqual(await statuses(bad), [500, 200]);
});

test("a status is the origin's own trouble by what it says, and not because stale responses may replace it", async () => {
  const proxy = startProxy({ errorStatuses: [404] });
  const held = holdOrigin(proxy);
  const answers = ask(proxy, 3);
  await settled();
  await held[0]!.reply("none", {}, 404);
  assert.equal(held.length, 3);
  for (const one of held.slice(1)) await one.reply("none", {}, 404);
  assert.deepEqual(await statuses(answers), [404, 404, 404]);
});

test("where stale responses may not replace a 503, those who wait try once more though they have one", async () => {
  const proxy = startProxy({ errorStatuses: [500] });
  proxy.origin.reply("old", { "cache-control": "max-age=10, stale-if-error=600" });
  await proxy.getText("/page");
  proxy.clock.advance(20_000);
  const held = holdOrigin(proxy);
  const answers = ask(proxy, 3);
  await settled();
  await held[0]!.reply("no", { "cache-control": "no-store" }, 503);
  await held[1]!.reply("new", FRESH);
  assert.deepEqual(await statuses(answers), [503, 200, 200]);
});

test("a failure says whose it was: of the one who asked, of those who waited, of those who came right after", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const answers = ask(proxy, 2);
  await settled();
  await held[0]!.fail("connect");
  answers.push(...ask(proxy, 1));
  const told = (await Promise.all(answers)).map(({ headers }) => headers.get("cache-status"));
  assert.deepEqual(told, [
    "lacquer; fwd=uri-miss; detail=connect",
    "lacquer; fwd=uri-miss; collapsed; detail=connect",
    "lacquer; detail=connect",
  ]);
  assert.deepEqual(proxy.exchanges.map(({ outcome }) => outcome), ["miss", "miss", "rejected"]);
});

test("one who comes right after a crowd was turned away gets a stale response where there is one", async () => {
  const proxy = startProxy();
  proxy.origin.reply("old", { "cache-control": "max-age=10, stale-if-error=600" });
  await proxy.getText("/page");
  proxy.clock.advance(20_000);
  const held = holdOrigin(proxy);
  const answers = ask(proxy, 2);
  await settled();
  await held[0]!.fail("connect");
  await Promise.all(answers);
  const response = await proxy.get("/page");
  assert.equal(response.headers.get("cache-status"), "lacquer; hit; ttl=-10; detail=stale-if-error");
  assert.equal(held.length, 1);
});
