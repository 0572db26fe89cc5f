// Runs the public suite http-cache-tests against Lacquer on Bun, Deno and Node and prints how many tests pass.
// `--markdown` also writes docs/conformance.md.
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { KNOWN_DIFFERENCES } from "../test/conformance/known-differences.ts";
import { judge, type Kind, type SuiteResult, tally } from "../test/conformance/suite-result.ts";

const DOCUMENT = "docs/conformance.md";

const RUN = "test/conformance/print-results.ts";

const COMMANDS = {
  bun: ["bun", RUN],
  deno: ["deno", "run", "--cached-only", "--no-check", "--allow-all", RUN],
  node: ["node", RUN],
} as const;

type RuntimeName = keyof typeof COMMANDS;
type Runs = ReadonlyMap<RuntimeName, readonly SuiteResult[]>;

const KINDS: readonly Kind[] = ["required", "optimal", "check"];

const ANSWERS = { passed: "yes", failed: "no", unjudged: "undecided" } as const;

const { values } = parseArgs({ options: { markdown: { type: "boolean", default: false } } });
const runs = new Map<RuntimeName, readonly SuiteResult[]>();
for (const runtime of ["bun", "deno", "node"] as const) runs.set(runtime, await runOn(runtime));
process.stdout.write(`${counts(runs)}\n`);
if (values.markdown) {
  await writeFile(DOCUMENT, document(runs));
  await outputOf(["deno", "fmt", "--quiet", DOCUMENT]);
}

async function runOn(runtime: RuntimeName): Promise<readonly SuiteResult[]> {
  return JSON.parse(await outputOf(COMMANDS[runtime]));
}

async function outputOf([command = "", ...args]: readonly string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<number | null>((resolve, reject) => child.on("close", resolve).on("error", reject));
  const output = await text(child.stdout);
  const code = await ended;
  if (code !== 0) throw new Error(`Cannot run ${command} ${args.join(" ")}: exit code ${code}`);
  return output;
}

/** Passed of total by runtime and kind, as a table. */
function counts(runs: Runs): string {
  const lines = [...runs].map(([runtime, results]) => {
    const cells = KINDS.map((kind) => {
      const { passed, total } = tally(results, kind);
      return `${passed} of ${total}`;
    });
    return row([runtime, ...cells]);
  });
  return [row(["runtime", ...KINDS]), row(["---", "---", "---", "---"]), ...lines].join("\n");
}

function document(runs: Runs): string {
  const results = [...runs.values()][0] ?? [];
  return `# Conformance

What the public suite [http-cache-tests](https://cache-tests.fyi/) (npm, 0.4.5) finds in \`lacquer serve\`, configured as
\`test/conformance/run-suite.ts\` says: the suite takes some things for granted that are off by default. This file is
written by \`npm run conformance -- --markdown\`; the test run holds Lacquer to it.

${counts(runs)}

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
