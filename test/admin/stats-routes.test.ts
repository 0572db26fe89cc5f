import assert from "node:assert/strict";
import { test } from "node:test";
import { originsSchema, statsSchema } from "../../src/admin/stats-schema.ts";
import { fakeAdmin, problemOf, STATS } from "../support/fake-admin.ts";

test("GET /v1/stats tells every figure of the engine, as the schema describes them and nothing else", async () => {
  const admin = fakeAdmin();
  admin.clock.advance(12_345);
  const answer = await (await admin.askWithToken("/v1/stats")).json();
  assert.deepEqual(answer, { version: "1.2.3", uptime: 12, ...STATS });
  assert.deepEqual(statsSchema.parse(answer), answer);
});

test("GET /v1/origins tells every origin", async () => {
  const answer = await (await fakeAdmin().askWithToken("/v1/origins")).json();
  assert.deepEqual(answer, { origins: [{ url: "http://a", resting: false }, { url: "http://b", resting: true }] });
  assert.deepEqual(originsSchema.parse(answer), answer);
});

test("GET /metrics is text for Prometheus, and HEAD has its fields alone", async () => {
  const admin = fakeAdmin();
  const response = await admin.askWithToken("/metrics");
  assert.equal(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  assert.match(await response.text(), /^# HELP lacquer_build_info [^\n]*\n# TYPE lacquer_build_info gauge\n/);
  const head = await admin.askWithToken("/metrics", { method: "HEAD" });
  assert.deepEqual([head.status, await head.text()], [200, ""]);
});

test("GET /readyz answers 503 once the proxy is stopping, and GET /healthz does not", async () => {
  let isStopping = false;
  const admin = fakeAdmin({ isStopping: () => isStopping });
  assert.deepEqual(await (await admin.ask("/readyz")).json(), { status: "ready" });
  isStopping = true;
  assert.equal((await problemOf(await admin.ask("/readyz"))).status, 503);
  assert.deepEqual(await (await admin.ask("/healthz")).json(), { status: "ok" });
});
