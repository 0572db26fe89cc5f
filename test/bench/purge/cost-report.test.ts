import assert from "node:assert/strict";
import { test } from "node:test";
import { renderCost } from "../../../bench/purge/cost-report.ts";
import { COST_KINDS, type CostFinding, type CostKind } from "../../../bench/purge/message.ts";

test("renderCost() has a line for each kind of purge, and the sizes in their order", () => {
  const { table, verdicts } = renderCost([finding(1_000_000, 0.006), finding(1_000, 0.005)]);
  assert.deepEqual(table[0], ["µs", "1,000", "1,000,000"]);
  assert.deepEqual(table[1], ["Bun, tag", "5.0 (50)", "6.0 (60)"]);
  assert.deepEqual(table.at(-2), ["Bun, the common tag", "100", "100"]);
  assert.equal(table.length, 1 + COST_KINDS.length + 2);
  assert.deepEqual(verdicts.map(({ isHeld }) => isHeld), [true]);
});

test("renderCost() finds that purges of one kind take longer with more stored", () => {
  const { verdicts } = renderCost([finding(1_000, 0.05), finding(1_000_000, 0.05, { ban: 0.2 })]);
  assert.equal(verdicts[0]?.isHeld, false);
  assert.match(verdicts[0]?.text ?? "", /^Bun: a purge with 1,000,000 stored takes at most 4\.00 × \(ban\)/);
});

test("renderCost() does not take a few microseconds for growth", () => {
  const { verdicts } = renderCost([finding(1_000, 0.001), finding(1_000_000, 0.001, { tag: 0.015 })]);
  assert.equal(verdicts[0]?.isHeld, true);
});

function finding(stored: number, median: number, others: Partial<Record<CostKind, number>> = {}): CostFinding {
  const times = COST_KINDS.map((kind) => [kind, { median: others[kind] ?? median, worst: median * 10 }]);
  return { runtime: "bun", stored, kinds: Object.fromEntries(times), commonTag: 0.1, all: 0.2 };
}
