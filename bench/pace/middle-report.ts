import { median } from "../support/median.ts";
import type { PaceReport, Spread } from "./pace-order.ts";

/** The medians of each figure over the reports of several rounds. */
export function middleReport(reports: readonly PaceReport[]): PaceReport {
  return {
    latency: middleSpread(reports.map(({ latency }) => latency)),
    lateness: middleSpread(reports.map(({ lateness }) => lateness)),
    turn: middleSpread(reports.map(({ turn }) => turn)),
    queued: median(reports.map(({ queued }) => queued)),
  };
}

function middleSpread(spreads: readonly Spread[]): Spread {
  return {
    median: median(spreads.map((spread) => spread.median)),
    p90: median(spreads.map(({ p90 }) => p90)),
    p99: median(spreads.map(({ p99 }) => p99)),
    p999: median(spreads.map(({ p999 }) => p999)),
    max: median(spreads.map(({ max }) => max)),
  };
}
