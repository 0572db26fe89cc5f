// What answers teach of those to come: nothing that a single client could use to keep others from waiting together.
import assert from "node:assert/strict";
import { test } from "node:test";
import { holdOrigin } from "../support/held-origin.ts";
import { originResponse, type ScriptedProxy, settled, startProxy } from "../support/scripted-proxy.ts";

const FRESH = { "cache-control": "max-age=60" };

/** How many requests of 50 for one path reach the origin. */
async function crowd(proxy: ScriptedProxy, path: string): Promise<number> {
  const held = holdOrigin(proxy);
  const waiting = Array.from({ length: 50 }, () => proxy.getText(path));
  await settled();
  const asked = held.length;
  for (let i = 0; i < held.length; i++) await held[i]!.reply("x".repeat(100), FRESH);
  await Promise.all(waiting);
  return asked;
}

for (const status of [400, 403, 404, 410, 429, 500]) {
  test(`a hundred ${status} beside good pages do not make a new page of their route be asked for by everybody`, async () => {
    const proxy = startProxy();
    proxy.origin.respond((request) =>
      request.target.includes("bad") ? originResponse("no", {}, status) : originResponse("page", FRESH)
    );
    for (let i = 0; i < 10; i++) await proxy.getText(`/good${i}`);
    for (let i = 0; i < 50; i++) await proxy.getText(`/bad${i}`);
    for (let i = 0; i < 50; i++) await proxy.getText(`/good1?bad=${i}`);
    assert.equal(await crowd(proxy, "/new"), 1);
  });
}

test("a page that is not there makes nobody wait for it, until it is there", async () => {
  const proxy = startProxy();
  proxy.origin.reply("none", { "cache-control": "no-store" }, 404);
  await proxy.getText("/page");
  await settled();
  assert.equal(await crowd(proxy, "/page"), 50);
  proxy.engine.invalidate("http://example.org/page");
  assert.equal(await crowd(proxy, "/page"), 1);
});

const ONE_CLIENTS: readonly (readonly [what: string, range: string | undefined, Record<string, string>, number])[] = [
  ["a part without a strong validator", "bytes=2-3", { ...FRESH, "content-range": "bytes 2-3/100" }, 206],
  ["a range beyond the end", "bytes=900-", { "content-range": "bytes */100" }, 416],
  ["the whole instead of a range, for one only", "bytes=2-3", { "cache-control": "private" }, 200],
  ["a bad request", undefined, {}, 400],
  ["too many fields", undefined, {}, 431],
];

for (const [what, range, fields, status] of ONE_CLIENTS) {
  test(`${what}: others wait for each other on the same page all the same`, async () => {
    const proxy = startProxy();
    proxy.origin.reply("ab", fields, status);
    await proxy.getText("/page", { headers: range === undefined ? { "x-bad": "1" } : { range } });
    await settled();
    assert.equal(await crowd(proxy, "/page"), 1);
  });
}
