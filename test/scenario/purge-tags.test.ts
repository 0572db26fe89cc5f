/** Where tags come from, and what is purged by them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { counting, type Fields, FRESH, hits } from "../support/purging.ts";
import { settled, startProxy } from "../support/scripted-proxy.ts";

test("tags come from all usual fields, from groups and from routes, and are not sent on", async () => {
  const proxy = startProxy({ coalescing: { routes: [{ path: "/r/*", tags: ["of route"] }] } });
  const fields: Record<string, Fields> = {
    "/a": { "surrogate-key": "a  t" },
    "/b": { "cache-tag": "b, t" },
    "/c": { "edge-cache-tag": "c,t" },
    "/d": { "xkey": "d\tt" },
    "/e": { "cache-groups": '"t", "with space"' },
    "/r/1": {},
  };
  counting(proxy, fields);
  const paths = Object.keys(fields);
  await hits(proxy, paths);
  for (const path of paths) {
    const { headers } = await proxy.get(path);
    const sent = ["surrogate-key", "cache-tag", "edge-cache-tag", "xkey"].filter((name) => headers.has(name));
    assert.deepEqual(sent, [], path);
    assert.equal(headers.has("cache-groups"), path === "/e", "for all caches");
  }
  await proxy.engine.purge({ tags: ["with space"] });
  assert.deepEqual(await hits(proxy, paths), paths.filter((path) => path !== "/e"));
  await proxy.engine.purge({ tags: ["t"] });
  assert.deepEqual(await hits(proxy, paths), ["/r/1"]);
  await proxy.engine.purge({ tags: ["of route"] });
  assert.deepEqual(await hits(proxy, paths), paths.filter((path) => path !== "/r/1"));
});

test("which fields hold tags, and whether they are sent on, is configured", async () => {
  const proxy = startProxy({ tagFields: ["X-Tags"], sendTags: true });
  counting(proxy, { "/a": { "x-tags": "t" }, "/b": { "surrogate-key": "t" } });
  await hits(proxy, ["/a", "/b"]);
  assert.equal((await proxy.get("/a")).headers.get("x-tags"), "t");
  await proxy.engine.purge({ tags: ["t"] });
  assert.deepEqual(await hits(proxy, ["/a", "/b"]), ["/b"]);
});

test("a response with more tags than can be kept is not stored, and says why", async () => {
  const proxy = startProxy();
  const many = Array.from({ length: 5_000 }, (_, i) => `t${i}`).join(" ");
  proxy.origin.reply("page", { ...FRESH, "surrogate-key": many });
  assert.match((await proxy.get("/a")).headers.get("cache-status") ?? "", /detail=too-many-tags/);
  assert.equal(proxy.engine.size, 0);
});

test("CacheEngine.purge() covers tags beyond ASCII, whose bytes a field holds one by one", async () => {
  for (const tag of ["café", "à-propos", "日本語"]) {
    const proxy = startProxy();
    const bytes = String.fromCharCode(...new TextEncoder().encode(tag));
    proxy.origin.reply("v1", { ...FRESH, "surrogate-key": `x ${bytes}` }).reply("v2", FRESH);
    await proxy.getText("/a");
    await settled();
    await proxy.engine.purge({ tags: [tag] });
    assert.equal(await proxy.getText("/a"), "v2", tag);
  }
});

test("CacheEngine.purge() finds a tag or field beyond ASCII by its text, in whatever bytes it was sent", async () => {
  for (const sent of ["caf\xc3\xa9", "caf\xe9"]) {
    for (
      const request of [
        { tags: ["caf\u00e9"] },
        { bans: [{ where: [{ field: "tag", glob: "caf?" }] }] },
        { bans: [{ where: [{ field: "header", name: "x-menu", equals: "caf\u00e9" }] }] },
      ] as const
    ) {
      const proxy = startProxy();
      counting(proxy, { "/shop": { "surrogate-key": `${sent} other`, "x-menu": sent } });
      await hits(proxy, ["/shop", "/"]);
      await proxy.engine.purge(request);
      assert.deepEqual(await hits(proxy, ["/shop", "/"]), ["/"], JSON.stringify([sent, request]));
    }
  }
});
