import assert from "node:assert/strict";
import { test } from "node:test";
import { middleReport } from "../../../bench/pace/middle-report.ts";
import type { PaceReport } from "../../../bench/pace/pace-order.ts";

test("middleReport() takes the median of each figure by itself", () => {
  const { latency, queued } = middleReport([report(1, 90, 0.5), report(3, 70, 0), report(2, 80, 0.1)]);
  assert.deepEqual([latency.median, latency.p99, queued], [2, 80, 0.1]);
});

function report(median: number, p99: number, queued: number): PaceReport {
  const spread = { median, p90: 0, p99, p999: 0, max: 0 };
  return { latency: spread, lateness: spread, turn: spread, queued };
}
