// Runs the same test files on Bun, Deno and Node and prints one summary. `npm test` runs it on the Node of this
// checkout. Arguments narrow the run to the files whose path contains one of them: `npm test -- test/config`.
import { spawn } from "node:child_process";
import { glob, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CaseResult, readJunit } from "./junit.ts";

const GUARD = "./test/support/console-guard.ts";

/** A run that takes longer than this hangs. */
const RUN_LIMIT_MS = 600_000;

interface TestRuntime {
  readonly name: string;
  /** Arguments of its command, which has the name of the runtime. */
  arguments(files: readonly string[], report: string): string[];
}

const RUNTIMES: readonly TestRuntime[] = [
  {
    name: "bun",
    // Its own limit of 5 s for a test is short on a busy machine, and the others have none.
    arguments: (
      files,
      report,
    ) => ["test", "--timeout=60000", "--reporter=junit", `--reporter-outfile=${report}`, ...files],
  },
  {
    name: "deno",
    arguments: (files, report) => [
      ...["test", "--cached-only", "--no-check", "--allow-all", "--quiet"],
      ...[`--preload=${GUARD}`, `--junit-path=${report}`, ...files],
    ],
  },
  {
    name: "node",
    arguments: (files, report) => [
      ...["--test", `--import=${GUARD}`, "--test-reporter=junit", `--test-reporter-destination=${report}`],
      ...files,
    ],
  },
];

interface Outcome {
  readonly runtime: string;
  readonly cases: readonly CaseResult[];
  /** The run itself failed without naming a test: a file that does not load, a crash, no report. */
  readonly fault: string | undefined;
}

const files = await findTests(process.argv.slice(2));
const reports = await mkdtemp(join(tmpdir(), "lacquer-test-"));
const outcomes: Outcome[] = [];
try {
  for (const runtime of RUNTIMES) outcomes.push(await runTests(runtime));
} finally {
  await rm(reports, { recursive: true, force: true });
}
process.exitCode = summarize(outcomes) === 0 ? 0 : 1;

async function findTests(filters: readonly string[]): Promise<string[]> {
  const found = await Array.fromAsync(glob("test/**/*.test.ts"));
  const wanted = found.filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)));
  if (wanted.length === 0) throw new Error("Cannot run tests: no test file matches");
  return wanted.sort().map((file) => `./${file}`);
}

async function runTests(runtime: TestRuntime): Promise<Outcome> {
  const report = join(reports, `${runtime.name}.xml`);
  const { code, output } = await run(runtime.name, runtime.arguments(files, report));
  const cases = readJunit(await readFile(report, "utf8").catch(() => ""));
  const named = cases.some((result) => result.outcome === "failed");
  // Bun counts a file that does not load as an error and leaves it out of its report.
  const isWhole = cases.length > 0 && (code === 0 || named) && !/^ *[1-9]\d* errors?$/m.test(output);
  const account = output.split("\n").filter((line) => !line.startsWith("(pass)")).join("\n").trim();
  const fault = isWhole ? undefined : `${code === null ? "killed" : `exit code ${code}`}\n${account}`;
  printFailures(runtime.name, cases);
  return { runtime: runtime.name, cases, fault };
}

function run(command: string, args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number | null; output: string }>();
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
    timeout: RUN_LIMIT_MS,
    killSignal: "SIGKILL",
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => output += text);
  child.on("error", reject);
  child.on("close", (code) => resolve({ code, output }));
  return promise;
}

function printFailures(runtime: string, cases: readonly CaseResult[]): void {
  for (const result of cases) {
    if (result.outcome !== "failed") continue;
    process.stdout.write(`\nFAILED on ${runtime}: ${result.name}\n${result.detail}\n`);
  }
}

/** Prints the counts. The last line adds them up in a form that scripts read. */
function summarize(outcomes: readonly Outcome[]): number {
  let allPassed = 0;
  let allFailed = 0;
  process.stdout.write("\n");
  for (const { runtime, cases, fault } of outcomes) {
    const passed = count(cases, "passed");
    const failed = count(cases, "failed") + (fault === undefined ? 0 : 1);
    if (fault !== undefined) process.stdout.write(`FAILED on ${runtime}: the run itself: ${fault}\n`);
    const skipped = count(cases, "skipped");
    process.stdout.write(`${runtime.padEnd(4)}  ${passed} passed, ${failed} failed, ${skipped} skipped\n`);
    allPassed += passed;
    allFailed += failed;
  }
  process.stdout.write(`${allPassed} passed, ${allFailed} failed\n`);
  return allFailed;
}

function count(cases: readonly CaseResult[], outcome: CaseResult["outcome"]): number {
  return cases.filter((result) => result.outcome === outcome).length;
}
