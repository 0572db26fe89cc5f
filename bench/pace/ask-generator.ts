import type { Workplace } from "../support/workplace.ts";
import type { PaceOrder, PaceReport } from "./pace-order.ts";

/**
 * Has the generator do as ordered, on the second core. Its threads share that core, and one of them compiles at length
 * for little gain when the highest tier of the compiler is on, so that is off.
 */
export async function askGenerator(workplace: Workplace, order: PaceOrder): Promise<PaceReport> {
  const pinned = ["-c", "1", "env", "BUN_JSC_useFTLJIT=0", "bun", "bench/pace/generator.ts", JSON.stringify(order)];
  const child = workplace.startReadable("taskset", pinned);
  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (part: string) => text += part);
  const code = await new Promise((resolve) => child.once("close", resolve));
  await workplace.stop(child);
  if (code !== 0) throw new Error(`Cannot measure port ${order.port}: the generator has failed`);
  return JSON.parse(text) as PaceReport;
}
