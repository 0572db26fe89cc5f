import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type CacheControl, parseCacheControl, parseDeltaSeconds } from "../../src/http/cache-control.ts";
import { fieldText } from "../support/field-text.ts";

const EMPTY = parseCacheControl(undefined);

test("parseCacheControl() reads every directive it knows (RFC 9111 §5.2.2, RFC 5861)", () => {
  const table: [string, Partial<CacheControl>][] = [
    ["no-store", { noStore: true }],
    ["no-cache", { noCache: true }],
    ["private", { isPrivate: true }],
    ["public", { isPublic: true }],
    ["must-revalidate", { mustRevalidate: true }],
    ["proxy-revalidate", { proxyRevalidate: true }],
    ["max-age=60", { maxAge: 60 }],
    ["s-maxage=0", { sMaxage: 0 }],
    ["stale-while-revalidate=5", { staleWhileRevalidate: 5 }],
    ["stale-if-error=7", { staleIfError: 7 }],
    ["must-understand", { mustUnderstand: true }],
    ["immutable", { immutable: true }],
    ["MAX-AGE=60, Public", { maxAge: 60, isPublic: true }],
    ["\t max-age=60 ,, ,no-cache\t", { maxAge: 60, noCache: true }],
    ['max-age="60"', { maxAge: 60 }], // §5.2: both forms are accepted
    ['max-age="\\60"', { maxAge: 60 }],
    ["max-age=060", { maxAge: 60 }],
  ];
  for (const [value, expected] of table) assert.deepEqual(parseCacheControl(value), { ...EMPTY, ...expected }, value);
});

test("parseCacheControl() tells which fields the qualified forms name (RFC 9111 §5.2.2.4, §5.2.2.7)", () => {
  const control = parseCacheControl('private="Set-Cookie, x", no-cache="a,, b", s-maxage=3, private="y"');
  const named = { privateFields: ["set-cookie", "x", "y"], noCacheFields: ["a", "b"] };
  assert.deepEqual(control, { ...EMPTY, ...named, sMaxage: 3 });
});

test("parseCacheControl() takes a qualified form that names no fields, or is not quoted, for the plain one", () => {
  for (const argument of ["x", '""', '"max-age=1"', '"a b"', '"a', "", "'a'", '"a"b']) {
    assert.equal(parseCacheControl(`private=${argument}`).isPrivate, true, argument);
    assert.equal(parseCacheControl(`no-cache=${argument}`).noCache, true, argument);
  }
  assert.equal(parseCacheControl('private="a", private').isPrivate, true);
});

test("parseCacheControl() ignores what it does not know, and directives inside quoted strings (RFC 9111 §5.2.3)", () => {
  for (
    const value of ["", "x-no-store", "no store", 'ext="no-store, private"', "no-storex", "=no-store"]
  ) {
    assert.deepEqual(parseCacheControl(value), EMPTY, value);
  }
});

test("parseCacheControl() sees a directive that a quoted string without end would swallow", () => {
  assert.deepEqual(parseCacheControl('max-age=60, ext="a, private, no-store'), {
    ...EMPTY,
    maxAge: 60,
    isPrivate: true,
    noStore: true,
  });
});

test("parseCacheControl() counts a lifetime that cannot be read as 0, so as stale (RFC 9111 §4.2.1)", () => {
  const unreadable = ["max-age", "max-age=", "max-age=-1", "max-age=1.5", "max-age=+1", "max-age=1s", "max-age=1 2"];
  const quoted = ['max-age="', 'max-age="10', 'max-age=10"', 'max-age=""', "max-age='10'", 'max-age="1\\'];
  for (const value of [...unreadable, ...quoted]) assert.equal(parseCacheControl(value).maxAge, 0, value);
});

test("parseCacheControl() lets the most restrictive of repeated directives count (RFC 9111 §4.2.1)", () => {
  assert.equal(parseCacheControl("max-age=60, max-age=10, max-age=30").maxAge, 10);
  assert.equal(parseCacheControl("max-age=60, max-age=x").maxAge, 0);
  assert.equal(parseCacheControl("s-maxage=5, max-age=60, s-maxage=9").sMaxage, 5);
});

test("parseDeltaSeconds() caps at 2^31 and refuses all but digits (RFC 9111 §1.2.2)", () => {
  assert.equal(parseDeltaSeconds("2147483647"), 2 ** 31 - 1);
  for (const large of ["2147483648", "2147483649", "9".repeat(400)]) assert.equal(parseDeltaSeconds(large), 2 ** 31);
  for (const text of [undefined, "", "-1", "1e3", "0x10", " 1", "1 ", "1.0", "Infinity", "١"]) {
    assert.equal(parseDeltaSeconds(text), undefined, String(text));
  }
});

test("parseCacheControl() never throws, and its lifetimes are whole numbers from 0 to 2^31", () => {
  const piece = fc.constantFrom("max-age=", "s-maxage", "=", ",", '"', "\\", " ", "\t", "9", "-", "private", "a");
  fc.assert(
    fc.property(fc.oneof(fieldText, fc.array(piece).map((pieces) => pieces.join(""))), (value) => {
      const { maxAge = 0, sMaxage = 0 } = parseCacheControl(value);
      for (const seconds of [maxAge, sMaxage]) {
        assert.ok(Number.isInteger(seconds) && seconds >= 0 && seconds <= 2 ** 31, String(seconds));
      }
    }),
    { numRuns: 1000 },
  );
});
