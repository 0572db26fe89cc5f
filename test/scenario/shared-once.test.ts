// What is stale when it arrives may be used once, by those who waited for it, and by nobody whom it was not made for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { barrier, originResponse, type ScriptedProxy, settled, startProxy } from "../support/scripted-proxy.ts";

type Fields = Record<string, string>;

/** Bodies that two requests at once get, while the origin makes another one for each fetch. */
async function twoAtOnce(proxy: ScriptedProxy, fields: Fields, [first, second]: readonly [Fields, Fields]) {
  const held = barrier();
  proxy.origin.respond(async () => {
    await held.passed;
    return originResponse("made first", fields);
  }).reply("made second", fields);
  const asked = [proxy.getText("/page", { headers: first }), proxy.getText("/page", { headers: second })];
  await settled();
  held.open();
  return await Promise.all(asked);
}

test("a response that says it is stale on arrival goes to those who waited, and to nobody after them", async () => {
  for (const cacheControl of ["max-age=0", "max-age=60"]) {
    const proxy = startProxy();
    const fields = { "cache-control": cacheControl, age: "100" };
    assert.deepEqual(await twoAtOnce(proxy, fields, [{}, {}]), ["made first", "made first"], cacheControl);
    assert.equal(proxy.exchanges.at(-1)?.collapsed, true);
    assert.equal(await proxy.getText("/page"), "made second");
  }
});

const NOT_SHARED: readonly Fields[] = [
  { "cache-control": "max-age=0, must-revalidate" },
  { "cache-control": "max-age=0, proxy-revalidate" },
  { "cache-control": "s-maxage=0" },
  { "cache-control": "no-cache", etag: '"1"' },
  { "cache-control": "max-age=0, no-store" },
  { "cache-control": "max-age=0, private" },
  { etag: '"1"' }, // says nothing of freshness, as pages made for one visitor often do
];

for (const fields of NOT_SHARED) {
  test(`what comes with ${JSON.stringify(fields)} is made for each who waited`, async () => {
    assert.deepEqual(await twoAtOnce(startProxy(), fields, [{}, {}]), ["made first", "made second"]);
  });
}

test("nobody gets a stale page that was made for another visitor, even where cookies did not matter before", async () => {
  const visitors = [{ cookie: "id=alice" }, { cookie: "id=bob" }] as const;
  for (const fields of [{ etag: '"1"' }, { "cache-control": "max-age=0" }]) {
    const proxy = startProxy();
    proxy.origin.reply("for anybody", { "cache-control": "max-age=1", etag: '"0"' });
    await proxy.getText("/page");
    await settled();
    proxy.clock.advance(5000);
    assert.deepEqual(await twoAtOnce(proxy, fields, visitors), ["made first", "made second"]);
  }
});
