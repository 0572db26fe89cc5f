import { createInterface } from "node:readline";
import type { RuntimeName } from "../support/lacquer.ts";
import type { Workplace } from "../support/workplace.ts";
import type { Assignment, Message } from "./message.ts";

/** Room for a million stored responses, in MiB. */
const HEAP = 12_000;

/** How each runtime is started: as its entry is, with a way to collect garbage and room for a large store. */
const COMMANDS: Readonly<Record<RuntimeName, readonly string[]>> = {
  bun: ["bun"],
  deno: [
    ...["deno", "run", "--quiet", "--cached-only", "--no-check", "--allow-all"],
    `--v8-flags=--expose-gc,--max-old-space-size=${HEAP}`,
  ],
  node: ["node", "--max-semi-space-size=4", "--expose-gc", `--max-old-space-size=${HEAP}`],
};

/** Allocation is seen best where nothing is collected: Bun tells it only in that way. */
const WITHOUT_COLLECTION: Readonly<Record<RuntimeName, readonly string[]>> = {
  bun: ["env", "BUN_JSC_useGC=0", ...COMMANDS.bun],
  deno: COMMANDS.deno,
  node: COMMANDS.node.filter((flag) => !flag.startsWith("--max-semi-space-size")),
};

/** Measures in a process of its own on the first core, and hands over each finding. */
export async function measureApart(
  workplace: Workplace,
  assignment: Assignment,
  found: (message: Message) => void,
): Promise<void> {
  const command = (assignment.what === "time" ? COMMANDS : WITHOUT_COLLECTION)[assignment.runtime];
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
