import { createInterface } from "node:readline";
import type { RuntimeName } from "../support/lacquer.ts";
import { MEASURING_COMMANDS } from "../support/measuring-commands.ts";
import type { Workplace } from "../support/workplace.ts";
import type { Assignment, Message } from "./message.ts";

/** Allocation is seen best where nothing is collected: Bun tells it only in that way. */
const WITHOUT_COLLECTION: Readonly<Record<RuntimeName, readonly string[]>> = {
  bun: ["env", "BUN_JSC_useGC=0", ...MEASURING_COMMANDS.bun],
  deno: MEASURING_COMMANDS.deno,
  node: MEASURING_COMMANDS.node.filter((flag) => !flag.startsWith("--max-semi-space-size")),
};

/** Measures in a process of its own on the first core, and hands over each finding. */
export async function measureApart(
  workplace: Workplace,
  assignment: Assignment,
  found: (message: Message) => void,
): Promise<void> {
  const command = (assignment.what === "time" ? MEASURING_COMMANDS : WITHOUT_COLLECTION)[assignment.runtime];
  const worker = [...command, "bench/micro/worker.ts", JSON.stringify(assignment)];
  const child = workplace.startReadable("taskset", ["-c", "0", ...worker]);
  let isDone = false;
  for await (const line of createInterface({ input: child.stdout! })) {
    const message = JSON.parse(line) as Message;
    if (message.kind === "done") isDone = true;
    else found(message);
  }
  await workplace.stop(child);
  if (!isDone) throw new Error(`Cannot measure on ${assignment.runtime}: the process ended early`);
}
