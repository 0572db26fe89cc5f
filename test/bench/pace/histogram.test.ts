import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Histogram } from "../../../bench/pace/histogram.ts";

test("Histogram tells small values exactly", () => {
  const histogram = new Histogram();
  for (let value = 1; value <= 100; value++) histogram.record(value);
  assert.deepEqual([0, 0.5, 0.9, 0.99, 1].map((share) => histogram.percentile(share)), [1, 50, 90, 99, 100]);
  assert.deepEqual([histogram.total, histogram.max], [100, 100]);
});

test("Histogram has no percentile without values, and counts what is out of its range at its ends", () => {
  const histogram = new Histogram();
  assert.ok(Number.isNaN(histogram.percentile(0.5)));
  assert.equal(histogram.max, 0);
  histogram.record(-5);
  assert.equal(histogram.percentile(1), 0);
  histogram.record(1e15);
  assert.equal(histogram.total, 2);
  assert.equal(histogram.max, 1e15);
});

test("Histogram is never off by more than a thousandth, nor above the largest value", () => {
  const values = fc.array(fc.integer({ min: 0, max: 1e12 }), { minLength: 1, maxLength: 50 });
  fc.assert(fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (recorded, share) => {
    const histogram = new Histogram();
    for (const value of recorded) histogram.record(value);
    const exact = recorded.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * recorded.length) - 1)]!;
    const told = histogram.percentile(share);
    assert.ok(Math.abs(told - exact) <= exact / 1000, `${told} for ${exact}`);
    assert.ok(told <= histogram.max);
  }));
});
