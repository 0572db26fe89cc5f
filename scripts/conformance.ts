// Runs the public suite http-cache-tests against Lacquer on Bun, Deno and Node and prints how many tests pass.
// `--markdown` also writes docs/conformance.md.
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import {
  CONFORMANCE_PAGE,
  renderConformancePage,
  renderCounts,
  RUNTIME_NAMES,
  type RuntimeName,
} from "../test/conformance/conformance-page.ts";
import type { SuiteResult } from "../test/conformance/suite-result.ts";

const RUN = "test/conformance/print-results.ts";

const COMMANDS = {
  bun: ["bun", RUN],
  deno: ["deno", "run", "--cached-only", "--no-check", "--allow-all", RUN],
  node: ["node", RUN],
} as const;

const { values } = parseArgs({ options: { markdown: { type: "boolean", default: false } } });
const runs = new Map<RuntimeName, readonly SuiteResult[]>();
for (const runtime of RUNTIME_NAMES) runs.set(runtime, await runOn(runtime));
process.stdout.write(`${renderCounts(runs)}\n`);
if (values.markdown) {
  await writeFile(CONFORMANCE_PAGE, renderConformancePage(runs));
  await outputOf(["deno", "fmt", "--quiet", CONFORMANCE_PAGE]);
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
