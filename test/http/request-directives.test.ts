import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NO_DIRECTIVES, parseRequestDirectives, type RequestDirectives } from "../../src/http/request-directives.ts";

test("parseRequestDirectives() reads each directive, whatever its case and order (RFC 9111 §5.2.1)", () => {
  const rows: [string, Partial<RequestDirectives>][] = [
    ["", {}],
    ["no-cache", { noCache: true }],
    ["NO-STORE, Only-If-Cached", { noStore: true, onlyIfCached: true }],
    ["max-age=5", { maxAge: 5 }],
    ['max-age="5"', { maxAge: 5 }],
    ["min-fresh=5 , stale-if-error=7", { minFresh: 5, staleIfError: 7 }],
    ["max-stale=5", { maxStale: 5 }],
    ["max-stale", { maxStale: Infinity }],
    ["private, immutable, s-maxage=5, x=y", {}],
  ];
  for (const [value, expected] of rows) {
    assert.deepEqual(parseRequestDirectives(value, null), { ...NO_DIRECTIVES, ...expected }, value);
  }
});

test("parseRequestDirectives() takes the strictest of several values, and of what cannot be read", () => {
  const rows: [string, Partial<RequestDirectives>][] = [
    ["max-age=9, max-age=5, max-age=7", { maxAge: 5 }],
    ["min-fresh=5, min-fresh=9", { minFresh: 9 }],
    ["max-stale=5, max-stale", { maxStale: 5 }],
    ["max-age", { maxAge: 0 }],
    ["max-age=-1", { maxAge: 0 }],
    ["max-age=1.5", { maxAge: 0 }],
    ["min-fresh", { minFresh: Infinity }],
    ["min-fresh=x", { minFresh: Infinity }],
    ["max-stale=x", { maxStale: 0 }],
    ["stale-if-error", { staleIfError: 0 }],
    ["max-age=99999999999", { maxAge: 2 ** 31 }],
  ];
  for (const [value, expected] of rows) {
    assert.deepEqual(parseRequestDirectives(value, null), { ...NO_DIRECTIVES, ...expected }, value);
  }
});

test("parseRequestDirectives() heeds Pragma only where there is no Cache-Control (RFC 9111 §5.4)", () => {
  assert.equal(parseRequestDirectives(null, null), NO_DIRECTIVES);
  assert.equal(parseRequestDirectives(null, "x"), NO_DIRECTIVES);
  assert.equal(parseRequestDirectives(null, "x, No-Cache").noCache, true);
  assert.equal(parseRequestDirectives("max-age=5", "no-cache").noCache, false);
});

test("parseRequestDirectives() never throws, and never gives a number that is none", () => {
  const value = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom("max-age", "min-fresh", "max-stale", "=", ",", '"', "\\", "5", " ", "x")).map((x) =>
      x.join("")
    ),
  );
  fc.assert(fc.property(value, value, (cacheControl, pragma) => {
    for (const given of [cacheControl, null]) {
      const { maxAge, minFresh, maxStale, staleIfError } = parseRequestDirectives(given, pragma);
      for (const seconds of [maxAge, minFresh, maxStale, staleIfError]) {
        assert.ok(seconds === undefined || seconds >= 0);
      }
    }
  }));
});
