/** Cache groups (RFC 9875). */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginResponse } from "../../src/origin/origin-client.ts";
import {
  barrier,
  openResponse,
  originResponse,
  type ScriptedProxy,
  settled,
  startProxy,
} from "../support/scripted-proxy.ts";

const IN = (groups: string, more: Record<string, string> = {}) => ({
  "cache-control": "max-age=60",
  "cache-groups": groups,
  ...more,
});

/** Every POST takes the group out of use; a GET is answered by the first of these that is left, then by "last". */
function answering(proxy: ScriptedProxy, ...answers: (() => OriginResponse | Promise<OriginResponse>)[]): void {
  proxy.origin.respond((request) => {
    if (request.method === "POST") return originResponse("", { "cache-group-invalidation": '"a"' });
    return answers.shift()?.() ?? originResponse("last", IN('"a"'));
  });
}

/** Pages of some groups, and which of them are still hits after an unsafe request with these fields. */
async function hits(fields: Record<string, string>, status = 200, method = "POST"): Promise<string[]> {
  const proxy = startProxy();
  const groups: Record<string, string> = { "/a": '"a"', "/ab": '"a", "b"', "/b": '"b"', "/none": "", "/bad": "a" };
  proxy.origin.respond((request) =>
    request.method === "GET"
      ? originResponse("page", IN(groups[request.target] ?? ""))
      : originResponse("", fields, status)
  );
  for (const path of Object.keys(groups)) await proxy.getText(path);
  await settled();
  await proxy.getText("/elsewhere", { method, body: "x" });
  const kept: string[] = [];
  for (const path of Object.keys(groups)) {
    if ((await proxy.get(path)).headers.get("cache-status")?.includes("hit")) kept.push(path);
  }
  return kept;
}

test("an unsafe request takes the groups out of use that its answer names, unless it is an error", async () => {
  const all = ["/a", "/ab", "/b", "/none", "/bad"];
  assert.deepEqual(await hits({ "cache-group-invalidation": '"a"' }), ["/b", "/none", "/bad"]);
  assert.deepEqual(await hits({ "cache-group-invalidation": '"b"' }), ["/a", "/none", "/bad"]);
  assert.deepEqual(await hits({ "cache-group-invalidation": '"a", "b"' }), ["/none", "/bad"]);
  assert.deepEqual(await hits({ "cache-group-invalidation": '"A"' }), all);
  assert.deepEqual(await hits({ "cache-group-invalidation": "a" }), all, "no String");
  assert.deepEqual(await hits({ "cache-group-invalidation": '"a"' }, 500), all);
  assert.deepEqual(await hits({ "cache-group-invalidation": '"a"' }, 200, "OPTIONS"), all);
});

test("a group is that of one origin", async () => {
  const proxy = startProxy();
  proxy.origin.respond((request) =>
    request.method === "GET"
      ? originResponse("page", IN('"a"'))
      : originResponse("", { "cache-group-invalidation": '"a"' })
  );
  const urls = ["http://example.org/a", "http://example.org:8080/a", "http://example.com/a"];
  for (const url of urls) await (await proxy.engine.fetch(url)).text();
  await settled();
  await proxy.engine.fetch("http://example.org/x", { method: "POST", body: "x" });
  const statuses: (string | null)[] = [];
  for (const url of urls) statuses.push((await proxy.engine.fetch(url)).headers.get("cache-status"));
  assert.match(statuses[0] ?? "", /^lacquer; fwd=stale/);
  assert.deepEqual(statuses.slice(1), ["lacquer; hit; ttl=60", "lacquer; hit; ttl=60"]);
});

test("what was asked for before its group was taken out of use is delivered and not stored", async () => {
  const proxy = startProxy();
  const gate = barrier();
  answering(proxy, async () => {
    await gate.passed;
    return originResponse("v1", IN('"a"'));
  });
  const first = proxy.getText("/a");
  await settled();
  await proxy.getText("/x", { method: "POST" });
  gate.open();
  assert.equal(await first, "v1");
  await settled();
  assert.equal(proxy.engine.size, 0);
  assert.equal(await proxy.getText("/a"), "last");
});

test("a body still arriving when its group is taken out of use reaches its readers, and no new ones", async () => {
  const proxy = startProxy();
  const open = openResponse(IN('"a"'));
  answering(proxy, () => open.response);
  const first = await proxy.get("/a");
  await proxy.getText("/x", { method: "POST" });
  assert.equal(await proxy.getText("/a"), "last");
  open.send("v1");
  open.end();
  assert.equal(await first.text(), "v1");
  await settled();
  assert.equal(await proxy.getText("/a"), "last");
});

test("those who waited for what its group took out of use meanwhile get their own (A36)", async () => {
  const proxy = startProxy();
  const gate = barrier();
  let count = 0;
  proxy.origin.respond(async (request) => {
    if (request.method === "POST") return originResponse("", { "cache-group-invalidation": '"a"' });
    const number = ++count;
    if (number === 1) await gate.passed;
    return originResponse(`v${number}`, IN('"a"'));
  });
  const leader = proxy.getText("/a");
  await settled();
  await proxy.getText("/x", { method: "POST" });
  const late = proxy.getText("/a");
  await settled();
  gate.open();
  assert.deepEqual(await Promise.all([leader, late]), ["v1", "v2"]);
});

test("a 304 that was asked for before its group was taken out of use confirms nothing (A36)", async () => {
  const proxy = startProxy();
  const gate = barrier();
  const fields = IN('"a"', { etag: '"1"' });
  let isFirst = true;
  proxy.origin.respond(async (request) => {
    if (request.method === "POST") return originResponse("", { "cache-group-invalidation": '"a"' });
    const isConditional = request.fields.some(([name]) => name === "if-none-match");
    if (isConditional) {
      await gate.passed;
      return originResponse("", fields, 304);
    }
    const body = isFirst ? "v1" : "v2";
    isFirst = false;
    return originResponse(body, { ...fields, etag: body === "v1" ? '"1"' : '"2"' });
  });
  await proxy.getText("/a");
  await settled();
  proxy.clock.advance(70_000);
  const waiting = proxy.getText("/a");
  await settled();
  await proxy.getText("/x", { method: "POST" });
  gate.open();
  assert.equal(await waiting, "v2");
});

test("fifty who waited for what its group took out of use meanwhile share the next one", async () => {
  const proxy = startProxy();
  const gate = barrier();
  answering(proxy, async () => {
    await gate.passed;
    return originResponse("before", IN('"a"'));
  });
  const waiting = Array.from({ length: 50 }, () => proxy.getText("/page"));
  await settled();
  await proxy.getText("/elsewhere", { method: "POST", body: "x" });
  gate.open();
  assert.deepEqual(await Promise.all(waiting), ["before", ...Array(49).fill("last")]);
  assert.equal(proxy.origin.requests.length, 3);
});
