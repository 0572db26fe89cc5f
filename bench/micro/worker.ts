/** Measures under the runtime that runs it, and prints one line of JSON for each finding. */
import process from "node:process";
import type { RuntimeName } from "../support/lacquer.ts";
import type { Benchmark } from "./benchmark.ts";
import { BENCHMARKS } from "./cases/all.ts";
import { Lab } from "./lab.ts";
import type { Assignment, Message } from "./message.ts";
import { allocationOf, timeOf } from "./sampling.ts";
import { SourceTree } from "./source-tree.ts";

const assignment = JSON.parse(process.argv[2] ?? "{}") as Assignment;
const lab = await Lab.open(assignment.runtime, new SourceTree(assignment.source));
tell({ kind: "version", version: versionOf(assignment.runtime) });
for (const benchmark of BENCHMARKS) {
  if (!assignment.names.includes(benchmark.name)) continue;
  const message = await measure(benchmark).catch((error): Message => {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: "skipped", name: benchmark.name, reason };
  });
  if (message) tell(message);
}
tell({ kind: "done" });

async function measure(benchmark: Benchmark): Promise<Message | undefined> {
  const { name, withAllocation = true } = benchmark;
  if (assignment.what === "allocation" && !withAllocation) return undefined;
  const job = await benchmark.prepare(lab);
  if (job === undefined) return undefined;
  if (assignment.what === "time") return { kind: "time", name, timing: await timeOf(job, assignment) };
  const bytes = await allocationOf(job, assignment.runtime);
  return bytes === undefined ? undefined : { kind: "allocation", name, bytes };
}

function versionOf(runtime: RuntimeName): string {
  const { bun, deno, node } = process.versions as Record<string, string | undefined>;
  return { bun, deno, node }[runtime] ?? "";
}

function tell(message: Message): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
