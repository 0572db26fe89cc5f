/** Bans: how many are taken, and what they are compared with. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PurgeRequest } from "../../src/invalidation/purge-request.ts";
import { counting, FRESH, hits } from "../support/purging.ts";
import { originResponse, settled, startProxy } from "../support/scripted-proxy.ts";

test("CacheEngine.purge() refuses more regular expressions than can be compiled between two requests", async () => {
  const { engine } = startProxy();
  const bans = (count: number) =>
    Array.from(
      { length: count },
      (_, index) => ({ where: [{ field: "path", regex: `${1000 + index}`.padEnd(1000) }] }),
    );
  const refusal = { name: "PurgeError", refusal: "invalid", message: /bans\[4\].*4,000 characters/ };
  await assert.rejects(engine.purge({ bans: bans(100) } as PurgeRequest), refusal);
  assert.deepEqual(engine.stats.purging, { sequence: 0, scopes: 0, bans: 0, reclaiming: 0 });
  assert.deepEqual(await engine.purge({ bans: bans(4) } as PurgeRequest), { sequence: 1 });
});

test("CacheEngine.purge() takes no more bans than can be carried out, and again when they have been", async () => {
  const proxy = startProxy();
  counting(proxy);
  await hits(proxy, ["/a"]);
  const ban = (name: string) => ({ where: [{ field: "path", equals: name } as const] });
  for (let i = 0; i < 1_000; i++) await proxy.engine.purge({ bans: [ban(`/${i}`)] });
  await proxy.engine.purge({ bans: [ban("/1")] }); // says nothing new
  await assert.rejects(proxy.engine.purge({ bans: [ban("/1"), ban("/a")], all: true }), { refusal: "too-many-bans" });
  assert.deepEqual(await hits(proxy, ["/a"]), ["/a"], "all or nothing");
  proxy.clock.advance(100);
  assert.equal(proxy.engine.stats.purging.bans, 0);
  await proxy.engine.purge({ bans: [ban("/a")] });
  assert.deepEqual(await hits(proxy, ["/a"]), []);
});

test("a ban by status takes a stored part for the 200 that it is a part of", async () => {
  const proxy = startProxy();
  const part = { ...FRESH, etag: '"v1"', "content-range": "bytes 0-1/4" };
  proxy.origin.respond(() => originResponse("v1", part, 206));
  const range = { headers: { range: "bytes=0-1" } };
  await proxy.getText("/a", range);
  await settled();
  assert.match((await proxy.get("/a", range)).headers.get("cache-status") ?? "", /; hit/);
  await proxy.engine.purge({ bans: [{ where: [{ field: "status", equals: 206 }] }] });
  assert.match((await proxy.get("/a", range)).headers.get("cache-status") ?? "", /; hit/);
  await proxy.engine.purge({ bans: [{ where: [{ field: "status", equals: 200 }] }] });
  assert.doesNotMatch((await proxy.get("/a", range)).headers.get("cache-status") ?? "", /; hit/);
});
