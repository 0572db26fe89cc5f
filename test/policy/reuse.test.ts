import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_DIRECTIVES, parseRequestDirectives, type RequestDirectives } from "../../src/http/request-directives.ts";
import { mayReplaceError, type Reuse, reuse } from "../../src/policy/reuse.ts";
import { storedMetadata } from "../support/stored-response.ts";

/** Fresh for 60 s, then each window from that moment. */
const windowed = (staleWhileRevalidate: number, staleIfError: number, keep: number, validateAlways = false) =>
  storedMetadata({ windows: { staleWhileRevalidate, staleIfError, keep }, validateAlways });

function table(stored: ReturnType<typeof windowed>, rows: [seconds: number, expected: Reuse][]): void {
  for (const [seconds, expected] of rows) assert.equal(reuse(stored, seconds * 1000), expected, `after ${seconds} s`);
}

test("reuse() ends freshness when the age reaches the lifetime (RFC 9111 §4.2)", () => {
  table(windowed(0, 0, 10), [[0, "fresh"], [59.999, "fresh"], [60, "validate"], [69, "validate"], [70, "expired"]]);
  const aged = storedMetadata({ initialAge: 50 });
  assert.deepEqual([reuse(aged, 9_999), reuse(aged, 10_000)], ["fresh", "expired"]);
});

test("reuse() opens stale-while-revalidate, stale-if-error and keep independently, each from the end of freshness", () => {
  table(windowed(5, 0, 0), [[60, "stale-while-revalidate"], [64.9, "stale-while-revalidate"], [65, "expired"]]);
  table(windowed(5, 20, 10), [[64, "stale-while-revalidate"], [65, "validate"], [79, "validate"], [80, "expired"]]);
  table(windowed(5, 10, 20), [[65, "validate"], [79, "validate"], [80, "expired"]]);
  table(windowed(30, 10, 20), [[89, "stale-while-revalidate"], [90, "expired"]]);
});

test("reuse() asks the origin every time where no-cache says so, even while fresh (RFC 9111 §5.2.2.4)", () => {
  table(windowed(99, 99, 99, true), [[0, "validate"], [70, "validate"], [158, "validate"]]);
});

test("reuse() keeps a no-cache response no longer than any other", () => {
  table(windowed(0, 0, 10, true), [[69, "validate"], [70, "expired"]]);
});

test("reuse() in stale-while-revalidate refreshes what max-stale accepts, and gives nobody more than that", () => {
  const stored = windowed(20, 0, 99);
  const rows: [asked: string, seconds: number, expected: Reuse][] = [
    ["max-stale", 65, "stale-while-revalidate"], // RFC 5861 §3: refreshed while it is used
    ["max-stale=5", 65, "stale-while-revalidate"],
    ["max-stale=5", 66, "validate-on-request"], // RFC 9111 §5.2.1.2
    ["max-age=65, max-stale", 65, "stale-while-revalidate"],
    ["max-age=65, max-stale", 66, "validate-on-request"],
    ["max-age=99", 65, "validate-on-request"],
    ["no-cache, max-stale", 65, "validate-on-request"],
    ["min-fresh=1, max-stale", 65, "validate-on-request"],
    ["max-stale", 90, "max-stale"],
    ["max-stale=29", 90, "validate"],
  ];
  for (const [asked, seconds, expected] of rows) {
    assert.equal(
      reuse(stored, seconds * 1000, parseRequestDirectives(asked, null)),
      expected,
      `${asked} at ${seconds}`,
    );
  }
});

test("reuse() does not let max-stale reach where stale use is forbidden (RFC 9111 §4.2.4)", () => {
  const stored = storedMetadata({ neverStale: true, windows: { staleWhileRevalidate: 0, staleIfError: 0, keep: 10 } });
  assert.equal(reuse(stored, 61_000, parseRequestDirectives("max-stale", null)), "validate");
  assert.equal(reuse(stored, 71_000, parseRequestDirectives("max-stale", null)), "expired");
});

test("mayReplaceError() holds up to the end of stale-if-error, and never under no-cache (RFC 5861 §4)", () => {
  const stored = windowed(0, 20, 99);
  assert.deepEqual([60, 79.9, 80].map((seconds) => mayReplaceError(stored, seconds * 1000)), [true, true, false]);
  assert.equal(mayReplaceError(windowed(99, 0, 99), 60_000), false);
  assert.equal(mayReplaceError(windowed(99, 99, 99, true), 0), false);
});

/** What is stored, its age, what a client wishes, and so how it may be used. */
type Row = [given: Parameters<typeof storedMetadata>[0], seconds: number, wishes: Partial<RequestDirectives>, Reuse];

test("reuse() follows the wishes of a client (RFC 9111 §5.2.1, RFC 8246 §2)", () => {
  const windows = { staleWhileRevalidate: 20, staleIfError: 0, keep: 100 };
  const rows: Row[] = [
    [{}, 10, { maxAge: 10 }, "fresh"],
    [{}, 10, { maxAge: 9 }, "validate-on-request"],
    [{ immutable: true }, 10, { maxAge: 0 }, "fresh"],
    [{ immutable: true }, 10, { noCache: true }, "validate-on-request"],
    [{}, 50, { minFresh: 10 }, "fresh"],
    [{}, 50, { minFresh: 11 }, "validate-on-request"],
    [{}, 0, { noCache: true }, "validate-on-request"],
    [{}, 0, { noStore: true, onlyIfCached: true }, "fresh"],
    [{ windows }, 70, { maxAge: 99 }, "validate-on-request"],
    [{ windows }, 70, { maxStale: 10 }, "stale-while-revalidate"],
    [{ windows }, 70, { maxStale: 9 }, "validate-on-request"],
    [{ windows }, 90, { maxStale: 30 }, "max-stale"],
    [{ windows }, 90, { maxStale: 9 }, "validate"],
    [{}, 1e6, { maxStale: Infinity }, "max-stale"],
    [{}, 70, { maxStale: 10, maxAge: 69 }, "expired"],
    [{}, 70, { maxStale: 10, noCache: true }, "expired"],
    [{ neverStale: true }, 70, { maxStale: Infinity }, "expired"],
    [{ validateAlways: true }, 10, { maxStale: Infinity }, "validate"],
  ];
  for (const [given, seconds, wishes, expected] of rows) {
    const use = reuse(storedMetadata(given), seconds * 1000, { ...NO_DIRECTIVES, ...wishes });
    assert.equal(use, expected, JSON.stringify([given, seconds, wishes]));
  }
});

test("mayReplaceError() takes the wider of two windows, and heeds who forbids stale use (RFC 5861 §4)", () => {
  const windows = { staleWhileRevalidate: 0, staleIfError: 20, keep: 0 };
  const rows: [Parameters<typeof storedMetadata>[0], number, Partial<RequestDirectives>, boolean][] = [
    [{ windows }, 79, { staleIfError: 5 }, true],
    [{ windows }, 89, { staleIfError: 30 }, true],
    [{ windows }, 90, { staleIfError: 30 }, false],
    [{ windows }, 70, { noCache: true }, false],
    [{ windows }, 70, { noCache: true, staleIfError: 15 }, true],
    [{ windows, neverStale: true }, 70, { staleIfError: 30 }, false],
    [{ windows, neverStale: true }, 50, {}, true],
    [{ windows, validateAlways: true }, 50, { staleIfError: 30 }, false],
  ];
  for (const [given, seconds, wishes, expected] of rows) {
    const may = mayReplaceError(storedMetadata(given), seconds * 1000, { ...NO_DIRECTIVES, ...wishes });
    assert.equal(may, expected, JSON.stringify([given, seconds, wishes]));
  }
});
