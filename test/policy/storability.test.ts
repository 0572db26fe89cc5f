import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCacheControl } from "../../src/http/cache-control.ts";
import type { FreshnessLifetime } from "../../src/policy/freshness.ts";
import {
  forbidsStale,
  mayGuessFreshness,
  mayShareOnce,
  storability,
  type StorabilityFacts,
} from "../../src/policy/storability.ts";

const NONE: FreshnessLifetime = { seconds: 0, source: "none" };
const GUESSED: FreshnessLifetime = { seconds: 10, source: "heuristic" };
const maxAge = (seconds: number): FreshnessLifetime => ({ seconds, source: "max-age" });

const FACTS: StorabilityFacts = {
  method: "GET",
  status: 200,
  isExactPart: false,
  control: parseCacheControl("max-age=60"),
  lifetime: maxAge(60),
  hasValidator: false,
  hasAuthorization: false,
  hasSetCookie: false,
  vary: [],
  tags: [],
  knownEnd: true,
  heuristicErrors: false,
};

/** The verdict on a plain `200 OK` with `max-age=60`, but for what is given. */
function verdict(given: Partial<StorabilityFacts> = {}, cacheControl = "max-age=60"): string {
  const storable = storability({ ...FACTS, control: parseCacheControl(cacheControl), ...given });
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

test("storability() stores a 206 only when it is exactly the part that was asked for (RFC 9111 §3.3)", () => {
  assert.equal(verdict({ status: 206 }), "status");
  assert.equal(verdict({ status: 206, isExactPart: true }), "store");
});

test("storability() never stores what answers the conditions of one request", () => {
  for (const status of [304, 412, 416]) assert.equal(verdict({ status }, "public, max-age=60"), "status", `${status}`);
});

test("storability() lets must-understand outweigh no-store for statuses that are understood (RFC 9111 §5.2.2.3)", () => {
  assert.equal(verdict({}, "max-age=60, must-understand, no-store"), "store");
  assert.equal(verdict({ status: 299 }, "max-age=60, must-understand, no-store"), "not-understood");
  assert.equal(verdict({ status: 299 }, "max-age=60, must-understand"), "not-understood");
  assert.equal(verdict({}, "private, max-age=60, must-understand, no-store"), "private");
});

test("storability() stores QUERY like GET (RFC 10008)", () => {
  assert.equal(verdict({ method: "QUERY" }), "store");
  assert.equal(verdict({ method: "" }), "method");
});

test("storability() limits the number and size of tags, and leaves none of them out (A47)", () => {
  const names = (count: number, length: number) => Array.from({ length: count }, (_, i) => `${i}`.padEnd(length, "x"));
  assert.equal(verdict({ tags: names(64, 100) }), "store");
  assert.equal(verdict({ tags: names(65, 2) }), "too-many-tags");
  assert.equal(verdict({ tags: names(60, 200) }), "too-many-tags");
});

test("storability() stores errors without explicit freshness only where allowed, and where they may be guessed", () => {
  const guessed = { lifetime: GUESSED, hasValidator: true, heuristicErrors: true };
  for (const status of [404, 405, 410, 414, 501]) {
    assert.equal(verdict({ ...guessed, status }, ""), "store", `${status}`);
  }
  for (const status of [400, 403, 500]) assert.equal(verdict({ ...guessed, status }, ""), "no-freshness", `${status}`);
});

test("mayShareOnce() is true of what says itself that it is stale, and may be used so (RFC 9111 §4)", () => {
  const once = (control: string, given: Partial<StorabilityFacts> = {}) => {
    const facts = { ...FACTS, control: parseCacheControl(control), lifetime: maxAge(0), ...given };
    return mayShareOnce(facts.lifetime, facts.control, false);
  };
  assert.ok(once("max-age=0"));
  assert.ok(once("max-age=0", { hasValidator: true }));
  for (const control of ["no-cache", "must-revalidate", "proxy-revalidate", "s-maxage=0"]) {
    for (const hasValidator of [false, true]) assert.ok(!once(`max-age=0, ${control}`, { hasValidator }), control);
  }
  for (const lifetime of [NONE, GUESSED]) assert.ok(!once("", { lifetime, hasValidator: true }), lifetime.source);
});

test("mayShareOnce() is true of no-cache where it was decided so, whatever else the response says of stale use", () => {
  for (const control of ["no-cache", "no-cache, must-revalidate", "max-age=0, no-cache"]) {
    assert.ok(mayShareOnce(NONE, parseCacheControl(control), true), control);
  }
  assert.ok(!mayShareOnce(maxAge(0), parseCacheControl("max-age=0, must-revalidate"), true));
});

test("forbidsStale() names the directives that forbid stale use in a shared cache (RFC 9111 §4.2.4)", () => {
  const forbids = (control: string) => forbidsStale(parseCacheControl(control));
  for (const control of ["must-revalidate", "proxy-revalidate", "s-maxage=60", "no-cache"]) assert.ok(forbids(control));
  for (const control of ["", "max-age=60", "immutable", 'no-cache="x"', "stale-if-error=5"]) {
    assert.ok(!forbids(control));
  }
});
