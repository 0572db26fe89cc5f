import { readFile } from "node:fs/promises";

/** Time that the first core has spent so far, in ticks. */
export interface CoreTimes {
  readonly all: number;
  readonly idle: number;
}

export async function coreTimes(): Promise<CoreTimes> {
  return parseCoreTimes(await readFile("/proc/stat", "utf8"));
}

/** Reads /proc/stat. */
export function parseCoreTimes(text: string): CoreTimes {
  const ticks = /^cpu0 (.*)$/m.exec(text)?.[1]?.split(" ").map(Number) ?? [];
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, interrupt = 0, softInterrupt = 0, stolen = 0] = ticks;
  return { all: user + nice + system + idle + wait + interrupt + softInterrupt + stolen, idle: idle + wait };
}

/** Share of the time between the two that it was busy; 1 when there was none. */
export function busyShare(before: CoreTimes, after: CoreTimes): number {
  const all = after.all - before.all;
  return all <= 0 ? 1 : 1 - (after.idle - before.idle) / all;
}
