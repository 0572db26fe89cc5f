import type { PaceReport } from "./pace-order.ts";

/** Share of a percentile up to which the lateness of the generator does not spoil it. */
const FAULT_SHARE = 0.1;

export const REPORT_HEAD = ["median", "p90", "p99", "p99.9", "max"];
export const FAULT_HEAD = ["sent late: median", "p99"];

/** The times of a report in microseconds. `~` marks a percentile that is in good part the generator's fault. */
export function reportCells({ latency, lateness }: PaceReport): string[] {
  const mark = (of: "median" | "p90" | "p99" | "p999" | "max") => {
    return `${micros(latency[of])}${lateness[of] > latency[of] * FAULT_SHARE ? " ~" : ""}`;
  };
  return [mark("median"), mark("p90"), mark("p99"), mark("p999"), mark("max")];
}

/** How late the generator was, by its own account. */
export function faultCells({ lateness }: PaceReport): string[] {
  return [micros(lateness.median), micros(lateness.p99)];
}

export function micros(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0);
}
