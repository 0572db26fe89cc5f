import assert from "node:assert/strict";
import { test } from "node:test";
import { type ReclaimFinding, renderReclaim, type ServedFinding } from "../../../bench/purge/reclaim-report.ts";
import { reportOf } from "./example-report.ts";

test("renderReclaim() tells the worst acknowledgement, and the middle of the rounds", () => {
  const rounds = [served(100, 150), served(100, 900, { acknowledged: 3 }), served(100, 180)];
  const { table, verdicts } = renderReclaim([finding({}, rounds)]);
  const numbers = ["3.00", "12.0", "2.0", "8.0", "20 %", "5000", "100", "180", "1.80", "5.0"];
  assert.deepEqual(table[1], ["Bun", ...numbers]);
  assert.deepEqual(verdicts.map(({ isHeld }) => isHeld), [true, true, true]);
});

test("renderReclaim() judges each bound", () => {
  const held = (one: ReclaimFinding) => renderReclaim([one]).verdicts.map(({ isHeld }) => isHeld);
  assert.deepEqual(held(finding({ acknowledged: 5.1 }, [served(100, 100)])), [false, true, true]);
  assert.deepEqual(held(finding({ longestBlock: 21 }, [served(100, 100)])), [true, false, true]);
  assert.deepEqual(held(finding({}, [served(100, 201)])), [true, true, false]);
});

test("renderReclaim() believes no round that went on when all was given back", () => {
  const { verdicts } = renderReclaim([finding({}, [{ ...served(100, 100), covered: 0.5 }])]);
  assert.equal(verdicts[2]?.isHeld, false);
  assert.match(verdicts[2]?.text ?? "", /went on for 50 % of the time/);
});

function finding(alone: Partial<ReclaimFinding["alone"]>, rounds: readonly ServedFinding[]): ReclaimFinding {
  const usual = { runtime: "bun", stored: 1_000_000, acknowledged: 1, longestBefore: 2, longestBlock: 12 } as const;
  return { alone: { ...usual, took: 8000, busy: 1600, longestSlice: 10, ...alone }, served: rounds };
}

function served(p99Before: number, p99During: number, { acknowledged = 1 } = {}): ServedFinding {
  return {
    rate: 5000,
    before: reportOf(p99Before),
    during: reportOf(p99During),
    acknowledged,
    covered: 1,
  };
}
