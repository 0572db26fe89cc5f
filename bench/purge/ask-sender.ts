import { text } from "node:stream/consumers";
import type { Workplace } from "../support/workplace.ts";
import type { StormOrder, StormReport } from "./storm-order.ts";

/** Has purges sent as ordered, from the second core. */
export async function askSender(workplace: Workplace, order: StormOrder): Promise<StormReport> {
  const pinned = ["-c", "1", "bun", "bench/purge/storm-sender.ts", JSON.stringify(order)];
  const child = workplace.startReadable("taskset", pinned);
  const output = await text(child.stdout!);
  await workplace.stop(child);
  if (output === "") throw new Error(`Cannot measure port ${order.port}: the sender of purges has failed`);
  return JSON.parse(output) as StormReport;
}
