import assert from "node:assert/strict";
import { test } from "node:test";
import { AdminError } from "../../src/cli/admin-error.ts";
import { stats } from "../../src/cli/stats.ts";
import { UsageError } from "../../src/cli/usage-error.ts";
import { adminFetch } from "../support/admin-fetch.ts";
import { STATS, TOKEN } from "../support/fake-admin.ts";

const ANSWER = { version: "1.2.3", uptime: 90, ...STATS, bytes: 1.5 * 1024 ** 2, limit: 256 * 1024 ** 2 };
const answer = () => Response.json(ANSWER);

test("stats() prints a table whose columns stand below each other", async () => {
  const admin = adminFetch(answer);
  assert.equal(await stats(admin.runtime, [], admin), 0);
  const lines = admin.runtime.out.join("").trimEnd().split("\n");
  assert.equal(new Set(lines.map((line) => line.length)).size, 1);
  assert.match(lines[0] ?? "", /^version +1\.2\.3$/);
  assert.match(lines[1] ?? "", /^uptime +90s$/);
  assert.match(lines[3] ?? "", /^memory +1\.5 MiB of 256\.0 MiB$/);
  assert.match(lines.at(-1) ?? "", /^responses to be reclaimed +37$/);
  assert.deepEqual(admin.asked.map(({ url, method, authorization }) => [url, method, authorization]), [
    ["http://127.0.0.1:8081/v1/stats", "GET", `Bearer ${TOKEN}`],
  ]);
});

test("stats() prints JSON with --json", async () => {
  const admin = adminFetch(answer);
  assert.equal(await stats(admin.runtime, ["--json", "--admin", "http://h:1"], admin), 0);
  assert.deepEqual(JSON.parse(admin.runtime.out.join("")), ANSWER);
  assert.equal(admin.asked[0]?.url, "http://h:1/v1/stats");
});

test("stats() refuses bad usage, and an answer that has other figures", async () => {
  const admin = adminFetch(() => Response.json({ sequence: 1 }));
  await assert.rejects(stats(admin.runtime, ["--json=1", "--tag", "a"], admin), UsageError);
  await assert.rejects(stats(admin.runtime, [], admin), AdminError);
  assert.deepEqual(admin.runtime.out, []);
});
