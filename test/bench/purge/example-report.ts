import type { PaceReport } from "../../../bench/pace/pace-order.ts";

/** A report of the generator in which only the 99th percentile matters. */
export function reportOf(p99: number): PaceReport {
  const spread = { median: 50, p90: 60, p99, p999: 1000, max: 2000 };
  return { latency: spread, lateness: { ...spread, p99: 5 }, turn: spread, queued: 0 };
}
