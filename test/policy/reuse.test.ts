import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRequestDirectives } from "../../src/http/request-directives.ts";
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
