import type { ChildProcess } from "node:child_process";
import { text } from "node:stream/consumers";
import { MEASURING_COMMANDS } from "../support/measuring-commands.ts";
import type { Workplace } from "../support/workplace.ts";
import type { Assignment } from "./message.ts";

export type WorkerName = "cost-worker" | "alone-worker" | "serving-worker";

/** Starts a measuring process on the first core. */
export function startWorker(workplace: Workplace, name: WorkerName, assignment: Assignment): ChildProcess {
  const worker = [...MEASURING_COMMANDS[assignment.runtime], `bench/purge/${name}.ts`, JSON.stringify(assignment)];
  return workplace.startReadable("taskset", ["-c", "0", ...worker]);
}

/** What a measuring process finds. */
export async function askWorker<Finding>(
  workplace: Workplace,
  name: WorkerName,
  assignment: Assignment,
): Promise<Finding> {
  const child = startWorker(workplace, name, assignment);
  const output = await text(child.stdout!);
  await workplace.stop(child);
  if (output === "") throw new Error(`Cannot measure on ${assignment.runtime}: the process ended early`);
  return JSON.parse(output) as Finding;
}
