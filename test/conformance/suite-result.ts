// What the suite says of one test, and what that means. A test counts only when those it depends on passed.

/** A test of the suite and how it went. */
export interface SuiteResult {
  readonly group: string;
  readonly id: string;
  /** What is tested, a sentence or a question in Markdown. */
  readonly name: string;
  readonly kind: Kind;
  readonly dependsOn: readonly string[];
  /** `true`, or the kind of failure and what was seen. */
  readonly outcome: true | readonly [string, string];
}

/** What every cache must do, what a good one does, and questions of which no answer is wrong. */
export type Kind = "required" | "optimal" | "check";

/** `unjudged` when the test could not be set up, or one that it depends on did not pass. */
export type Verdict = "passed" | "failed" | "unjudged";

/** The verdict of every test, by id. */
export function judge(results: readonly SuiteResult[]): ReadonlyMap<string, Verdict> {
  const byId = new Map(results.map((result) => [result.id, result]));
  return new Map(results.map((result) => [result.id, verdictOf(result, byId)]));
}

/** Passed and all tests of one kind. */
export function tally(results: readonly SuiteResult[], kind: Kind): { passed: number; total: number } {
  const verdicts = judge(results);
  const ofKind = results.filter((result) => result.kind === kind);
  const passed = ofKind.filter((result) => verdicts.get(result.id) === "passed");
  return { passed: passed.length, total: ofKind.length };
}

/** What was seen instead of what the suite wants. */
export function messageOf(result: SuiteResult): string {
  return result.outcome === true ? "passed, but a test that it depends on did not" : result.outcome.join(": ");
}

function verdictOf(result: SuiteResult, byId: ReadonlyMap<string, SuiteResult>): Verdict {
  const foundations = result.dependsOn.map((id) => byId.get(id));
  const stands = foundations.every((found) => found !== undefined && verdictOf(found, byId) === "passed");
  if (!stands || result.outcome !== true && result.outcome[0] === "Setup") return "unjudged";
  return result.outcome === true ? "passed" : "failed";
}
