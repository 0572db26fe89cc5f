// docs/conformance.md: written by `npm run conformance -- --markdown`, and compared by the test with what it measures.
import { KNOWN_DIFFERENCES } from "./known-differences.ts";
import { judge, type Kind, type SuiteResult, tally } from "./suite-result.ts";

export const CONFORMANCE_PAGE = "docs/conformance.md";

export const RUNTIME_NAMES = ["bun", "deno", "node"] as const;

export type RuntimeName = typeof RUNTIME_NAMES[number];

/** What the suite found on each runtime. */
export type Runs = ReadonlyMap<RuntimeName, readonly SuiteResult[]>;

const KINDS: readonly Kind[] = ["required", "optimal", "check"];

const ANSWERS = { passed: "yes", failed: "no", unjudged: "undecided" } as const;

/** The page, which `deno fmt` has yet to lay out. */
export function renderConformancePage(runs: Runs): string {
  const results = [...runs.values()][0] ?? [];
  return `# Conformance

What the public suite [http-cache-tests](https://cache-tests.fyi/) (npm, 0.4.5) finds in \`lacquer serve\`, configured as
\`test/conformance/run-suite.ts\` says: the suite takes some things for granted that are off by default. This file is
written by \`npm run conformance -- --markdown\`; the test run holds Lacquer to it.

${renderCounts(runs)}

"Required" is what every cache must do, "optimal" what a good one does. "Check" only asks, and the
number is that of the answers "yes"; none is wrong. A test counts when those it depends on pass.

## Known differences

Required and optimal tests that do not pass, all of them. One that starts to pass fails the run.

${knownDifferences()}

## Answers

"Undecided" where the suite could not get so far as to ask, such as after its origin answered with the status 999, which
HTTP does not have and Lacquer turns into 502.

${answers(runs, results)}
`;
}

/** Passed of total by runtime and kind, as a table. */
export function renderCounts(runs: Runs): string {
  const lines = [...runs].map(([runtime, results]) => countsRow(runtime, results));
  return [row(["runtime", ...KINDS]), row(["---", "---", "---", "---"]), ...lines].join("\n");
}

/** The lines of a page as they were before `deno fmt` wrapped sentences and drew columns. */
export function linesWithoutLayout(page: string): string[] {
  const unwrapped = page.replace(/\n(?![\n|#-])/g, " ");
  return unwrapped.split("\n").map((line) => line.replace(/ +/g, " ").replace(/-{3,}/g, "---").trim()).filter(Boolean);
}

function countsRow(runtime: RuntimeName, results: readonly SuiteResult[]): string {
  const cells = KINDS.map((kind) => {
    const { passed, total } = tally(results, kind);
    return `${passed} of ${total}`;
  });
  return row([runtime, ...cells]);
}

/** A paragraph for each reason. */
function knownDifferences(): string {
  const byReason = Map.groupBy(KNOWN_DIFFERENCES, ({ reason, kind, on }) => JSON.stringify([reason, kind, on]));
  return [...byReason.values()].map((differences) => {
    const [{ reason, kind, on }] = differences as [typeof KNOWN_DIFFERENCES[number]];
    const ids = differences.map(({ id }) => `\`${id}\``).join(", ");
    return `- ${ids} (${kind}${on === undefined ? "" : `, only on ${on}`}). ${reason}`;
  }).join("\n");
}

/** What the suite asks without wanting an answer, by its groups. */
function answers(runs: Runs, results: readonly SuiteResult[]): string {
  const questions = results.filter(({ kind }) => kind === "check");
  return [...Map.groupBy(questions, ({ group }) => group)].map(([group, ofGroup]) => {
    const lines = ofGroup.map((question) => row([question.name, answer(runs, question.id)]));
    return [`### ${group}\n`, row(["Question", "Answer"]), row(["---", "---"]), ...lines].join("\n");
  }).join("\n\n");
}

function answer(runs: Runs, id: string): string {
  const byRuntime = [...runs].map(([runtime, results]) => [runtime, yesOrNo(results, id)] as const);
  const distinct = new Set(byRuntime.map(([, given]) => given));
  if (distinct.size === 1) return byRuntime[0]?.[1] ?? "";
  return byRuntime.map(([runtime, given]) => `${runtime}: ${given}`).join(", ");
}

function yesOrNo(results: readonly SuiteResult[], id: string): string {
  const verdict = judge(results).get(id);
  return verdict === undefined ? "not asked" : ANSWERS[verdict];
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
