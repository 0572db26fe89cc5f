// Every cell of docs/stale.md: measured on the engine, compared with what the RFCs say, and with what the page says.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import {
  cacheControlOf,
  MOMENTS,
  ORIGIN_STATES,
  REQUEST_WISHES,
  STALE_CASES,
  type StaleCase,
  USE_MEANINGS,
} from "../support/stale-cases.ts";
import { type Measured, measureStaleUse, measureWish } from "../support/stale-measure.ts";
import { EXPECTED_WISHES, expectedNext, expectedUse } from "../support/stale-oracle.ts";
import { renderStalePage, STALE_PAGE } from "../support/stale-page.ts";

const truth = await measureStaleUse();

for (const stored of STALE_CASES) {
  test(`stale use of "${cacheControlOf(stored)}"${configurationOf(stored)} is what the RFCs say`, () => {
    const measured = truth.cases.get(stored)!.map((row) => row.map(accountOf));
    const expected = MOMENTS.map((moment) =>
      ORIGIN_STATES.map((origin) => {
        const use = expectedUse(stored, moment, origin);
        return { use, waits: USE_MEANINGS[use].waits, next: expectedNext(stored, moment, origin) };
      })
    );
    assert.deepEqual(measured.map(byOrigin), expected.map(byOrigin));
  });
}

for (const wish of REQUEST_WISHES) {
  test(`${wish === "" ? "no wish" : `"${wish}"`} of a trusted client has the effect of RFC 9111 §5.2.1`, () => {
    for (const reachability of ["up", "down"] as const) {
      const measured = truth.wishes.get(wish)![reachability];
      const expected = EXPECTED_WISHES[wish][reachability];
      assert.deepEqual(measured.map(({ use }) => use), expected, reachability);
      const waits = expected.map((use) => USE_MEANINGS[use].waits && wish !== "only-if-cached");
      assert.deepEqual(measured.map(({ waited }) => waited), waits, reachability);
    }
  });
}

test("what an untrusted client asks of caches changes nothing", async () => {
  for (const wish of REQUEST_WISHES) {
    assert.deepEqual(await measureWish(wish, { isTrusted: false }), truth.wishes.get(""), wish);
  }
});

test("docs/stale.md says what was measured (if not: npm run docs)", async () => {
  const isCurrent = await readFile(STALE_PAGE, "utf8") === renderStalePage(truth);
  assert.ok(isCurrent, "docs/stale.md says otherwise: npm run docs");
});

function configurationOf({ windows: { configured } }: StaleCase): string {
  const settings = Object.entries(configured).map(([name, seconds]) => `${name} ${seconds}`);
  return settings.length === 0 ? "" : ` with ${settings.join(", ")} configured`;
}

function accountOf({ use, waited, next }: Measured): { use: string; waits: boolean; next: string } {
  return { use, waits: waited, next };
}

/** Cells under their names, so that a difference tells where it is. */
function byOrigin<T>(cells: readonly T[], moment: number): Record<string, T> {
  return Object.fromEntries(cells.map((cell, i) => [`${MOMENTS[moment]!.name} / ${ORIGIN_STATES[i]}`, cell]));
}
