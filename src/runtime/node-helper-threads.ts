import { readdirSync, readFileSync } from "node:fs";
import { setPriority } from "node:os";
import process from "node:process";

/** The kernel's name of the threads of V8 that compile and that collect garbage. */
const HELPER = "node-V8Worker";

/** On the scale of `nice`: about a tenth of the time of a thread at 0, should both want the same processor core. */
export const HELPER_PRIORITY = 10;

const TASKS = "/proc/self/task";

/**
 * Lets requests go before the helper threads of Node. There are four, each with the same right to a core as the event
 * loop: where no core is free, it gets a fifth of one while garbage is marked, for a tenth of a second. Does nothing
 * where threads have no priorities of their own, which is everywhere but on Linux, nor where they cannot be seen.
 */
export function putHelpersBehind(): void {
  if (process.platform !== "linux") return;
  try {
    for (const thread of readdirSync(TASKS)) {
      if (readFileSync(`${TASKS}/${thread}/comm`, "utf8").trim() === HELPER) {
        setPriority(Number(thread), HELPER_PRIORITY);
      }
    }
  } catch {
    // A thread that has ended meanwhile, or a system that shows none: requests are answered all the same.
  }
}
