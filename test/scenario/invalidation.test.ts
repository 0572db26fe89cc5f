/** What unsafe requests take out of use (RFC 9111 §4.4). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { barrier, originResponse, settled, startProxy } from "../support/scripted-proxy.ts";

const FRESH = { "cache-control": "max-age=60" };

/** Which of some stored pages are still there after an unsafe request to `/target` with this answer. */
async function left(answer: Record<string, string>, status = 200, method = "POST"): Promise<string[]> {
  const proxy = startProxy();
  proxy.origin.respond((request) =>
    request.method === "GET" ? originResponse("page", FRESH) : originResponse("", answer, status)
  );
  const paths = ["/target", "/other", "/other?a=1&b=2", "/dir/page"];
  for (const path of paths) await proxy.getText(path);
  await settled();
  await proxy.getText("/target", { method, body: "x" });
  const isHit = async (path: string) => (await proxy.get(path)).headers.get("cache-status")?.includes("hit");
  const kept: string[] = [];
  for (const path of paths) if (await isHit(path)) kept.push(path);
  return kept;
}

const OTHERS = ["/other", "/other?a=1&b=2", "/dir/page"];

test("the target of an unsafe request that did not fail is taken out", async () => {
  for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
    for (const status of [200, 201, 204, 303, 307]) {
      assert.deepEqual(await left({}, status, method), OTHERS, `${method} ${status}`);
    }
    for (const status of [400, 404, 412, 500, 503]) {
      assert.deepEqual(await left({}, status, method), ["/target", ...OTHERS], `${method} ${status}`);
    }
  }
});

test("safe requests take nothing out", async () => {
  for (const method of ["OPTIONS", "PROPFIND", "REPORT", "SEARCH"]) {
    assert.deepEqual(await left({ location: "/other" }, 200, method), ["/target", ...OTHERS], method);
  }
});

const NAMED: ReadonlyArray<[value: string, kept: string[]]> = [
  ["/other", ["/other?a=1&b=2", "/dir/page"]],
  ["other", ["/other?a=1&b=2", "/dir/page"]],
  ["./dir/../other#top", ["/other?a=1&b=2", "/dir/page"]],
  ["http://example.org/other", ["/other?a=1&b=2", "/dir/page"]],
  ["HTTP://EXAMPLE.ORG:80/other", ["/other?a=1&b=2", "/dir/page"]],
  ["//example.org/other", ["/other?a=1&b=2", "/dir/page"]],
  ["/other?b=2&a=1", ["/other", "/dir/page"]],
  ["https://example.org/other", OTHERS],
  ["http://example.org:8080/other", OTHERS],
  ["http://example.com/other", OTHERS],
  ["//example.com/other", OTHERS],
  ["http://[broken/other", OTHERS],
  ["mailto:a@example.org", OTHERS],
];

for (const name of ["location", "content-location"]) {
  for (const [value, kept] of NAMED) {
    test(`${name}: ${value} takes out what it names, of the same origin only`, async () => {
      assert.deepEqual(await left({ [name]: value }, 201), kept);
      assert.deepEqual(await left({ [name]: value }, 400), ["/target", ...OTHERS]);
    });
  }
}

test("all variants of a URI go at once", async () => {
  const proxy = startProxy();
  proxy.origin.respond((request) =>
    request.method === "GET" ? originResponse("page", { ...FRESH, vary: "accept-language" }) : originResponse("")
  );
  for (const language of ["de", "en"]) await proxy.getText("/page", { headers: { "accept-language": language } });
  await settled();
  assert.equal(proxy.engine.size, 2);
  await proxy.getText("/page", { method: "DELETE" });
  assert.equal(proxy.engine.size, 0);
});

test("what was on its way when a Location named it is delivered, not stored, and joined by nobody", async () => {
  const proxy = startProxy();
  const gate = barrier();
  let count = 0;
  proxy.origin.respond(async (request) => {
    if (request.method === "POST") return originResponse("", { location: "/page" }, 201);
    const number = ++count;
    if (number === 1) await gate.passed;
    return originResponse(`v${number}`, FRESH);
  });
  const waiting = proxy.getText("/page");
  await settled();
  await proxy.getText("/pages", { method: "POST", body: "x" });
  assert.equal(await proxy.getText("/page"), "v2");
  gate.open();
  assert.equal(await waiting, "v1");
  await settled();
  assert.equal(await proxy.getText("/page"), "v2");
});
