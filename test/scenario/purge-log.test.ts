/** Purges that are written down. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PurgeLog } from "../../src/invalidation/purge-log.ts";
import type { PurgeRecord } from "../../src/invalidation/purge-request.ts";
import { counting, hits } from "../support/purging.ts";
import { barrier, settled, startProxy } from "../support/scripted-proxy.ts";

/** A log in memory that can be made to fail. */
class FakeLog implements PurgeLog {
  records: PurgeRecord[] = [];
  fails = false;
  written = barrier();
  bytes = 0;

  async append(record: PurgeRecord): Promise<void> {
    if (this.fails) throw new Error("no space left on device");
    await this.written.passed;
    this.records.push(record);
    this.bytes += JSON.stringify(record).length;
  }

  rewrite(records: readonly PurgeRecord[]): Promise<void> {
    this.records = [...records];
    this.bytes = JSON.stringify(records).length;
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

test("CacheEngine.purge() is acknowledged once it is written down, and holds before", async () => {
  const log = new FakeLog();
  const proxy = startProxy({ purgeLog: log });
  counting(proxy, { "/a": { xkey: "t" } });
  await hits(proxy, ["/a"]);
  let acknowledged = false;
  const purge = proxy.engine.purge({ tags: ["t"], soft: true }).then(() => acknowledged = true);
  await settled();
  assert.equal(acknowledged, false);
  assert.deepEqual(await hits(proxy, ["/a"]), []);
  log.written.open();
  await purge;
  const at = proxy.clock.wallTime();
  assert.deepEqual(log.records, [{ sequence: 1, at, soft: true, scopes: [{ kind: "tag", tag: "t" }] }]);
});

test("CacheEngine.purge() that cannot be written down says so, and holds in this process", async () => {
  const log = new FakeLog();
  log.fails = true;
  const proxy = startProxy({ purgeLog: log });
  counting(proxy);
  await hits(proxy, ["/a"]);
  await assert.rejects(proxy.engine.purge({ all: true }), { refusal: "not-durable" });
  assert.deepEqual(await hits(proxy, ["/a"]), []);
});

test("what a log holds is in force again, and its order goes on", async () => {
  const purged: PurgeRecord[] = [
    {
      sequence: 7,
      at: 0,
      soft: false,
      scopes: [{ kind: "all" }, { kind: "ban", ban: { where: [{ field: "status", equals: 404 }] } }],
    },
    { sequence: 9, at: 0, soft: true, scopes: [{ kind: "prefix", prefix: "/" }, { kind: "host", host: "a" }] },
  ];
  const proxy = startProxy({ purged });
  counting(proxy);
  const { sequence, scopes, bans } = proxy.engine.stats.purging;
  assert.deepEqual({ sequence, scopes, bans }, { sequence: 9, scopes: 2, bans: 1 });
  assert.deepEqual(await hits(proxy, ["/a", "/a"]), ["/a"], "what is fetched now is newer");
  assert.deepEqual(await proxy.engine.purge({ all: true }), { sequence: 10 });
});

test("a log is written anew when most of what it tells is forgotten", async () => {
  const log = new FakeLog();
  log.written.open();
  const proxy = startProxy({ purgeLog: log });
  const tags = Array.from({ length: 500 }, (_, i) => `tag-${i}-${"x".repeat(200)}`);
  for (let i = 0; i < 20; i++) {
    await proxy.engine.purge({ tags });
    proxy.clock.advance(20);
  }
  assert.ok(log.bytes < 2 * 1024 * 1024, `${log.bytes} bytes`);
  assert.ok(log.records.length < 20);
  assert.equal(log.records.at(-1)?.sequence, 20);
});
