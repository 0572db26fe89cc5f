/** Purges of stored parts, and of what they are put together to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PurgeRequest } from "../../src/invalidation/purge-request.ts";
import { FRESH } from "../support/purging.ts";
import { barrier, originResponse, settled, startProxy } from "../support/scripted-proxy.ts";

const PART = {
  "cache-control": "max-age=600",
  "etag": '"1"',
  "content-range": "bytes 0-2/6",
  "surrogate-key": "t",
  "x-kind": "a",
};
const REST = { ...PART, "content-range": "bytes 3-5/6", "surrogate-key": "other", "x-kind": "b" };

const OF_PART: readonly PurgeRequest[] = [
  { tags: ["t"] },
  { urls: ["http://example.org/a"] },
  { bans: [{ where: [{ field: "header", name: "x-kind", equals: "a" }] }] },
];

test("a part that was purged while its rest was asked for does not become part of a whole", async () => {
  for (const request of OF_PART) {
    for (const soft of [false, true]) {
      const proxy = startProxy();
      const held = barrier();
      proxy.origin.reply("old", PART, 206);
      proxy.origin.respond(async () => {
        await held.passed;
        return originResponse("old", REST, 206);
      });
      proxy.origin.reply("newnew", { ...FRESH, etag: '"2"' });
      await proxy.getText("/a", { headers: { range: "bytes=0-2" } });
      await settled();
      const first = proxy.getText("/a");
      await settled();
      assert.equal(proxy.origin.lastField("range"), "bytes=3-");
      await proxy.engine.purge({ ...request, soft });
      held.open();
      await first;
      await settled();
      assert.equal(await proxy.getText("/a"), "newnew", JSON.stringify({ ...request, soft }));
    }
  }
});

test("a part that was purged while a request waited for another fetch is not completed by it", async () => {
  const proxy = startProxy();
  const held = barrier();
  proxy.origin.reply("old", PART, 206);
  proxy.origin.respond(async () => {
    await held.passed;
    return originResponse("no", { "cache-control": "private" }, 200);
  });
  await proxy.getText("/a", { headers: { range: "bytes=0-2" } });
  await settled();
  const waiting = [proxy.getText("/a"), proxy.getText("/a")];
  await settled();
  await proxy.engine.purge({ tags: ["t"] });
  proxy.origin.respond(({ fields }) => {
    const isRanged = fields.some(([name]) => name === "range");
    return isRanged ? originResponse("old", REST, 206) : originResponse("newnew", { ...FRESH, etag: '"2"' });
  });
  held.open();
  await Promise.all(waiting);
  await settled();
  assert.equal(await proxy.getText("/a"), "newnew");
});

test("what is put together of a part and its rest has the tags of both", async () => {
  const proxy = startProxy();
  proxy.origin.reply("old", PART, 206).reply("old", REST, 206).reply("newnew", FRESH);
  await proxy.getText("/a", { headers: { range: "bytes=0-2" } });
  await settled();
  assert.equal(await proxy.getText("/a"), "oldold");
  await settled();
  await proxy.engine.purge({ tags: ["t"] });
  assert.equal(await proxy.getText("/a"), "newnew");
});

test("a part that was purged softly makes stale what it becomes a part of", async () => {
  const proxy = startProxy();
  proxy.origin.reply("old", PART, 206).reply("old", REST, 206).reply("newnew", FRESH);
  await proxy.getText("/a", { headers: { range: "bytes=0-2" } });
  await settled();
  await proxy.engine.purge({ tags: ["t"], soft: true });
  await proxy.getText("/a", { headers: { range: "bytes=3-5" } });
  await settled();
  assert.equal(await proxy.getText("/a"), "newnew");
});
