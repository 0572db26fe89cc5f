// Interim responses (RFC 9110 §15.2) reach the one client that still waits for the final one, and nobody else.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FieldLine, FieldLines } from "../../src/http/field-lines.ts";
import { barrier, originResponse, settled, startProxy } from "../support/scripted-proxy.ts";

/** A client that notes what it is informed of. */
function listener() {
  const informed: [status: number, fields: FieldLines][] = [];
  const inform = (status: number, fields: FieldLines) => void informed.push([status, fields]);
  return { informed, peer: { inform } };
}

const HINT: FieldLine[] = [["link", "</a.css>"]];

test("a client is informed of all 1xx but 100 and 101, with end-to-end fields only", async () => {
  for (const method of ["GET", "HEAD", "POST"]) {
    const proxy = startProxy();
    const { informed, peer } = listener();
    proxy.origin.respond(({ onInformational }) => {
      for (const status of [100, 101, 102, 103, 199]) {
        const hops: FieldLine[] = [["connection", "x-hop"], ["x-hop", "1"], ["content-length", "0"]];
        onInformational?.(status, [...HINT, ...hops, ["transfer-encoding", "chunked"]]);
      }
      return originResponse("", {});
    });
    await proxy.get("/page", { method, peer });
    assert.deepEqual(informed, [[102, HINT], [103, HINT], [199, HINT]], method);
  }
});

test("an interim response is not stored, and only who caused the fetch is informed", async () => {
  const proxy = startProxy();
  const asked = barrier();
  proxy.origin.respond(async ({ onInformational }) => {
    onInformational?.(103, HINT);
    await asked.passed;
    return originResponse("v1", { "cache-control": "max-age=60" });
  });
  const [leader, follower, late] = [listener(), listener(), listener()];
  const answers = [proxy.get("/page", { peer: leader.peer }), proxy.get("/page", { peer: follower.peer })];
  asked.open();
  await Promise.all(answers);
  const hit = await proxy.get("/page", { peer: late.peer });
  assert.equal(proxy.origin.requests.length, 1);
  assert.equal(hit.headers.get("link"), null);
  assert.deepEqual([leader, follower, late].map(({ informed }) => informed.length), [1, 0, 0]);
});

test("a refresh informs nobody: the client has its response already", async () => {
  const proxy = startProxy();
  const cached = { "cache-control": "max-age=10, stale-while-revalidate=30" };
  proxy.origin.reply("v1", cached).respond(({ onInformational }) => {
    onInformational?.(103, HINT);
    return originResponse("v2", cached);
  });
  const { informed, peer } = listener();
  await proxy.getText("/page", { peer });
  proxy.clock.advance(15_000);
  assert.equal(await proxy.getText("/page", { peer }), "v1");
  await settled();
  assert.equal(proxy.origin.requests.length, 2);
  assert.deepEqual(informed, []);
});

test("the origin is not listened to for a client that cannot be informed", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1");
  await proxy.get("/page", { peer: {} });
  await proxy.get("/page", { peer: {}, method: "POST" });
  assert.deepEqual(proxy.origin.requests.map(({ onInformational }) => onInformational), [undefined, undefined]);
});
