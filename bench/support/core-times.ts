import { readFile } from "node:fs/promises";

/** Time spent so far, in the ticks of the system. */
export interface CoreTimes {
  /** All that the first core had. */
  readonly all: number;
  readonly idle: number;
  /** What one process and its children had, of whatever core. */
  readonly own: number;
}

/** Shares of the time of the first core. */
export interface CoreShares {
  readonly busy: number;
  /** Of the process that was looked at: what is left of `busy` went to strangers, or to the kernel for all. */
  readonly own: number;
}

export async function coreTimes(pid: number): Promise<CoreTimes> {
  const [stat, own] = await Promise.all([readFile("/proc/stat", "utf8"), processTicks(pid)]);
  return { ...parseCoreTicks(stat), own };
}

/** Shares between two moments; 1 when there was no time between them. */
export function sharesBetween(before: CoreTimes, after: CoreTimes): CoreShares {
  const all = after.all - before.all;
  if (all <= 0) return { busy: 1, own: 1 };
  return { busy: 1 - (after.idle - before.idle) / all, own: (after.own - before.own) / all };
}

/** Reads /proc/stat. */
export function parseCoreTicks(text: string): { all: number; idle: number } {
  const ticks = /^cpu0 (.*)$/m.exec(text)?.[1]?.split(" ").map(Number) ?? [];
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, interrupt = 0, softInterrupt = 0, stolen = 0] = ticks;
  return { all: user + nice + system + idle + wait + interrupt + softInterrupt + stolen, idle: idle + wait };
}

/** Reads /proc/PID/stat. The name of the command, in brackets, may have spaces. */
export function parseProcessTicks(text: string): number {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

async function processTicks(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  const others = await Promise.all(children.split(" ").filter(Boolean).map((child) => processTicks(Number(child))));
  return others.reduce((sum, ticks) => sum + ticks, parseProcessTicks(stat));
}
