// Runs npm `http-cache-tests` against `lacquer serve` on the runtime of the test.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { CONFORMANCE_PAGE, linesWithoutLayout, renderConformancePage, RUNTIME_NAMES } from "./conformance-page.ts";
import { KNOWN_DIFFERENCES, type KnownDifference } from "./known-differences.ts";
import { runSuite } from "./run-suite.ts";
import { judge, messageOf, type SuiteResult, tally, type Verdict } from "./suite-result.ts";

/** At least this part of the tests for good caches passes; one with a known difference counts as failed. */
const OPTIMAL_SHARE = 0.93;

const RUNTIME = "Bun" in globalThis ? "bun" : "Deno" in globalThis ? "deno" : "node";

const results = await runSuite();
const verdicts = judge(results);
const known = new Map(KNOWN_DIFFERENCES.filter(isKnownHere).map((difference) => [difference.id, difference]));

for (const [group, ofGroup] of Map.groupBy(results, (result) => result.group)) {
  test(`http-cache-tests: ${group}`, () => assert.deepEqual(surprises(ofGroup), []));
}

test("http-cache-tests: nearly all of what good caches do", () => {
  const { passed, total } = tally(results, "optimal");
  assert.ok(passed >= OPTIMAL_SHARE * total, `${passed} of ${total} pass`);
});

test("docs/conformance.md says what was measured, the same on every runtime", async () => {
  const page = renderConformancePage(new Map(RUNTIME_NAMES.map((runtime) => [runtime, results])));
  // What differs is mended by `npm run conformance -- --markdown`, or else in Lacquer.
  assert.deepEqual(linesWithoutLayout(await readFile(CONFORMANCE_PAGE, "utf8")), linesWithoutLayout(page));
});

test("KNOWN_DIFFERENCES names tests of the suite by their kind, each once", () => {
  const kinds = new Map(results.map(({ id, kind }) => [id, kind]));
  for (const { id, kind } of known.values()) assert.equal(kinds.get(id), kind, id);
  assert.equal(known.size, KNOWN_DIFFERENCES.filter(isKnownHere).length);
});

test("surprises() tells a failure nobody knows of, a known difference that passes, and nothing else", () => {
  const lost = results.find((result) => verdicts.get(result.id) === "passed" && result.kind === "required");
  assert.ok(lost);
  const failed: SuiteResult = { ...lost, outcome: ["Assertion", "Response 2 comes from cache"] };
  const question: SuiteResult = { ...failed, id: "question", kind: "check" };
  assert.deepEqual(surprises([failed, question], judge([failed])), [
    `${lost.id}: Assertion: Response 2 comes from cache`,
  ]);
  const id = "age-parse-float";
  const won: SuiteResult = { ...lost, id, dependsOn: [] };
  assert.deepEqual(surprises([won], judge([won])), [`known difference ${id} passes now: remove it from the list`]);
});

/** What is not as the list of known differences says, a line each. */
function surprises(some: readonly SuiteResult[], judged: ReadonlyMap<string, Verdict> = verdicts): string[] {
  return some.filter(({ kind }) => kind !== "check").flatMap((result) => {
    const passed = judged.get(result.id) === "passed";
    if (passed !== known.has(result.id)) return [];
    return [
      passed
        ? `known difference ${result.id} passes now: remove it from the list`
        : `${result.id}: ${messageOf(result)}`,
    ];
  });
}

function isKnownHere({ on }: KnownDifference): boolean {
  return on === undefined || on === RUNTIME;
}
