import assert from "node:assert/strict";
import { test } from "node:test";
import { demoOrigin } from "../../src/server/demo-origin.ts";
import type { ClientConnection } from "../../src/server/runtime.ts";
import { manualTimers } from "../support/manual-timers.ts";

const CONNECTION: ClientConnection = { address: "127.0.0.1", expectDelay: () => {} };

/** Asks one demo origin; the same one for every call of the function given back. */
function demo() {
  const timers = manualTimers();
  const clock = { wallTime: () => 0, monotonic: () => 0 };
  const handler = demoOrigin({ clock, timers });
  const ask = async (path: string, headers: Record<string, string> = {}, method = "GET") =>
    await handler(new Request(`http://h${path}`, { method, headers }), CONNECTION);
  return { ask, timers };
}

test("demoOrigin() lists its pages, and every page listed exists", async () => {
  const { ask, timers } = demo();
  const index = await (await ask("/")).text();
  const paths = index.split("\n").filter((line) => line.startsWith("/")).map((line) => line.split(" ")[0] ?? "");
  assert.ok(paths.length >= 6);
  for (const path of paths) {
    const asked = ask(path);
    timers.advance(2_000);
    const response = await asked;
    assert.equal(response.status, 200, path);
    assert.ok(response.headers.has("cache-control"), path);
    await response.arrayBuffer();
  }
});

test("demoOrigin() counts in the body how often a page was made", async () => {
  const { ask } = demo();
  assert.match(await (await ask("/article")).text(), /made 1 time, last at 1970-01-01T00:00:00.000Z/);
  assert.match(await (await ask("/article")).text(), /made 2 times/);
});

test("demoOrigin() answers a conditional request for the article with 304", async () => {
  const { ask } = demo();
  const etag = (await ask("/article")).headers.get("etag") ?? "";
  assert.equal((await ask("/article", { "if-none-match": etag })).status, 304);
});

test("demoOrigin() greets in the language asked for", async () => {
  const { ask } = demo();
  for (const [accepted, given] of [["de", "de"], ["fr;q=0.9, it", "fr"], ["xx", "en"], ["*", "en"]] as const) {
    const response = await ask("/greeting", { "accept-language": accepted });
    assert.equal(response.headers.get("content-language"), given, accepted);
    assert.equal(response.headers.get("vary"), "Accept-Language");
  }
});

test("demoOrigin() gives the image in the type asked for, with the bytes of that type", async () => {
  const { ask } = demo();
  const beginnings = { "image/webp": "RIFF", "image/png": "\u0089PNG", "image/svg+xml": "<svg" };
  for (const [type, beginning] of Object.entries(beginnings)) {
    const response = await ask("/image", { accept: type });
    assert.equal(response.headers.get("content-type"), type);
    assert.equal(response.headers.get("vary"), "Accept");
    const bytes = new Uint8Array(await response.arrayBuffer());
    assert.equal(String.fromCharCode(...bytes.subarray(0, 4)), beginning);
  }
});

test("demoOrigin() takes two seconds for the slow page", async () => {
  const { ask, timers } = demo();
  let isAnswered = false;
  const asked = ask("/slow").then((response) => {
    isAnswered = true;
    return response;
  });
  timers.advance(1_999);
  await Promise.resolve();
  assert.equal(isAnswered, false);
  timers.advance(1);
  assert.equal((await asked).headers.get("cache-control"), "max-age=10");
});

test("demoOrigin() fails every second time on the flaky page", async () => {
  const { ask } = demo();
  const responses = [await ask("/flaky"), await ask("/flaky"), await ask("/flaky")];
  assert.deepEqual(responses.map((response) => response.status), [200, 503, 200]);
  assert.match(responses[0]?.headers.get("cache-control") ?? "", /stale-if-error=60/);
});

test("demoOrigin() tags its tagged pages", async () => {
  const { ask } = demo();
  assert.equal((await ask("/tagged/news")).headers.get("cache-tag"), "news, front");
});

test("demoOrigin() answers HEAD like GET without body, and refuses the rest", async () => {
  const { ask } = demo();
  const head = await ask("/article", {}, "HEAD");
  assert.deepEqual([head.status, head.body], [200, null]);
  assert.equal(head.headers.get("cache-control"), "max-age=60");
  assert.equal((await ask("/article", {}, "DELETE")).status, 405);
  assert.equal((await ask("/nowhere")).status, 404);
  assert.equal((await ask("/constructor")).status, 404);
});
