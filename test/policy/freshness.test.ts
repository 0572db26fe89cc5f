import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCacheControl } from "../../src/http/cache-control.ts";
import { formatHttpDate } from "../../src/http/http-date.ts";
import { type FreshnessFacts, freshnessLifetime } from "../../src/policy/freshness.ts";

const DATE = Date.UTC(2026, 0, 1);
const after = (seconds: number) => formatHttpDate(DATE + seconds * 1000);

function lifetime(cacheControl: string, facts: Partial<FreshnessFacts> = {}) {
  return freshnessLifetime({
    control: parseCacheControl(cacheControl),
    expires: undefined,
    date: DATE,
    lastModified: undefined,
    heuristicAllowed: true,
    heuristicMax: 86_400,
    ...facts,
  });
}

test("freshnessLifetime() is s-maxage, else max-age, else Expires less Date (RFC 9111 §4.2.1)", () => {
  const facts = { expires: after(90), lastModified: DATE - 1_000_000 };
  assert.deepEqual(lifetime("max-age=60, s-maxage=30", facts), { seconds: 30, source: "s-maxage" });
  assert.deepEqual(lifetime("max-age=60", facts), { seconds: 60, source: "max-age" });
  assert.deepEqual(lifetime("", facts), { seconds: 90, source: "expires" });
});

test("freshnessLifetime() takes a zero and an unreadable lifetime at their word, whatever comes after (§4.2.1)", () => {
  const facts = { expires: after(90), lastModified: DATE - 1_000_000 };
  assert.deepEqual(lifetime("s-maxage=0, max-age=60", facts), { seconds: 0, source: "s-maxage" });
  assert.deepEqual(lifetime("max-age=soon", facts), { seconds: 0, source: "max-age" });
});

test("freshnessLifetime() takes an Expires that is past or no date for already expired (RFC 9111 §5.3)", () => {
  for (const expires of ["0", "-1", "", "tomorrow", after(-1), after(0), `${after(9)}, ${after(9)}`]) {
    assert.deepEqual(lifetime("", { expires, lastModified: 0 }), { seconds: 0, source: "expires" }, expires);
  }
});

test("freshnessLifetime() guesses a tenth of the time since the last change, up to a limit (RFC 9111 §4.2.2)", () => {
  assert.deepEqual(lifetime("", { lastModified: DATE - 1_000_000 }), { seconds: 100, source: "heuristic" });
  assert.deepEqual(lifetime("", { lastModified: 0 }), { seconds: 86_400, source: "heuristic" });
  assert.deepEqual(lifetime("", { lastModified: DATE + 5_000 }), { seconds: 0, source: "heuristic" });
});

test("freshnessLifetime() is nothing without a word of the origin, or where no guess is allowed", () => {
  assert.deepEqual(lifetime("public"), { seconds: 0, source: "none" });
  assert.deepEqual(lifetime("", { lastModified: 0, heuristicAllowed: false }), { seconds: 0, source: "none" });
});
