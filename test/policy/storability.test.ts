import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCacheControl } from "../../src/http/cache-control.ts";
import type { FreshnessLifetime } from "../../src/policy/freshness.ts";
import { mayGuessFreshness, storability, type StorabilityFacts } from "../../src/policy/storability.ts";

const NONE: FreshnessLifetime = { seconds: 0, source: "none" };
const GUESSED: FreshnessLifetime = { seconds: 10, source: "heuristic" };
const maxAge = (seconds: number): FreshnessLifetime => ({ seconds, source: "max-age" });

/** The verdict on a plain `200 OK` with `max-age=60`, but for what is given. */
function verdict(given: Partial<StorabilityFacts> = {}, cacheControl = "max-age=60"): string {
  const storable = storability({
    method: "GET",
    status: 200,
    control: parseCacheControl(cacheControl),
    lifetime: maxAge(60),
    hasValidator: false,
    hasAuthorization: false,
    hasSetCookie: false,
    vary: [],
    groups: [],
    isExactPart: false,
    heuristicErrors: false,
    knownEnd: true,
    ...given,
  });
  return storable.store ? "store" : storable.reason;
}

test("storability() stores a complete, shareable answer to GET (RFC 9111 §3)", () => {
  assert.equal(verdict(), "store");
  assert.equal(verdict({ vary: ["accept", "cookie"] }), "store");
});

test("storability() refuses what a shared cache must not store, with the reason (RFC 9111 §3, §4.1)", () => {
  const table: [Partial<StorabilityFacts>, string, string][] = [
    [{ method: "HEAD" }, "max-age=60", "method"],
    [{ method: "POST" }, "max-age=60", "method"],
    [{}, "max-age=60, no-store", "no-store"],
    [{}, "max-age=60, private", "private"],
    [{}, "max-age=60, private=x", "private"],
    [{}, "public, private, max-age=60", "private"],
    [{ hasSetCookie: true }, "public, max-age=60", "set-cookie"],
    [{ vary: "*" }, "max-age=60", "vary-star"],
    [{ knownEnd: false }, "max-age=60", "unknown-end"],
  ];
  for (const [given, cacheControl, reason] of table) assert.equal(verdict(given, cacheControl), reason, reason);
});

test("storability() refuses interim, partial, conditional and impossible statuses (RFC 9111 §3.3, A27, A29)", () => {
  for (const status of [99, 100, 103, 199, 206, 304, 600, 999]) {
    assert.equal(verdict({ status }), "status", `${status}`);
  }
  for (const status of [200, 203, 204, 226, 300, 301, 302, 307, 308, 404, 410, 418, 500, 503, 599]) {
    assert.equal(verdict({ status }), "store", `${status}`);
  }
});

test("storability() shares the answer to an authorised request only where the origin says so (RFC 9111 §3.5)", () => {
  const hasAuthorization = true;
  for (const refused of ["max-age=60", "max-age=60, proxy-revalidate", "max-age=60, no-cache"]) {
    assert.equal(verdict({ hasAuthorization }, refused), "authorization", refused);
  }
  for (const allowed of ["public, max-age=60", "max-age=60, must-revalidate", "s-maxage=60"]) {
    assert.equal(verdict({ hasAuthorization }, allowed), "store", allowed);
  }
  assert.equal(verdict({ hasAuthorization }, "public, no-store"), "no-store");
});

test("storability() limits the number and size of names in Vary (T19)", () => {
  const names = (count: number, length: number) => Array.from({ length: count }, (_, i) => `${i}`.padEnd(length, "x"));
  assert.equal(verdict({ vary: names(16, 8) }), "store");
  assert.equal(verdict({ vary: names(17, 8) }), "vary-too-large");
  assert.equal(verdict({ vary: names(16, 300) }), "vary-too-large");
});

test("storability() stores without explicit freshness only what is cacheable by default (RFC 9111 §3, RFC 9110 §15.1)", () => {
  const guessed = { lifetime: GUESSED, hasValidator: true };
  assert.equal(verdict(guessed, ""), "store");
  assert.equal(verdict({ ...guessed, status: 301 }, ""), "store");
  assert.equal(verdict({ ...guessed, status: 302 }, ""), "no-freshness");
  assert.equal(verdict({ ...guessed, status: 302 }, "public"), "store");
  for (const status of [400, 404, 410, 500, 501]) {
    assert.equal(verdict({ ...guessed, status }, "public"), "error-without-freshness", `${status}`);
  }
});

test("storability() does not store what could never be used", () => {
  const lifetime = maxAge(0);
  assert.equal(verdict({ lifetime: NONE }, ""), "no-freshness");
  assert.equal(verdict({ lifetime }, "max-age=0"), "no-freshness");
  assert.equal(verdict({}, "max-age=60, no-cache"), "no-freshness");
  for (const forbiddance of ["must-revalidate", "proxy-revalidate", "s-maxage=0", "no-cache"]) {
    const control = `max-age=0, stale-while-revalidate=60, stale-if-error=60, ${forbiddance}`;
    assert.equal(verdict({ lifetime: maxAge(0) }, control), "no-freshness", forbiddance);
  }
  assert.equal(verdict({ hasValidator: true }, "max-age=60, no-cache"), "store");
  assert.equal(verdict({ lifetime, hasValidator: true }, "max-age=0"), "store");
  assert.equal(verdict({ lifetime: NONE, hasValidator: true }, ""), "store");
  assert.equal(verdict({ lifetime }, "max-age=0, stale-while-revalidate=5"), "store");
  assert.equal(verdict({ lifetime }, "max-age=0, stale-if-error=5"), "store");
});

test("mayGuessFreshness() is true for statuses cacheable by default, and for public ones (RFC 9111 §4.2.2)", () => {
  const control = parseCacheControl("");
  const statuses = Array.from({ length: 600 }, (_, status) => status);
  assert.deepEqual(
    statuses.filter((status) => mayGuessFreshness(status, control)),
    [200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501],
  );
  assert.ok(mayGuessFreshness(302, parseCacheControl("public")));
});
