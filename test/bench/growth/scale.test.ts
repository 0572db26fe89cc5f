import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { linearScale, logarithmicScale } from "../../../bench/growth/scale.ts";

test("linearScale() goes from zero to a round value", () => {
  const cases = [
    [60_000, [0, 20_000, 40_000, 60_000]],
    [73_000, [0, 20_000, 40_000, 60_000, 80_000]],
    [9, [0, 5, 10]],
    [4, [0, 1, 2, 3, 4]],
  ] as const;
  for (const [most, expected] of cases) assert.deepEqual(linearScale(most).ticks, expected);
  assert.equal(linearScale(60_000).share(30_000), 0.5);
});

test("logarithmicScale() goes from one power of ten to another", () => {
  const scale = logarithmicScale(250, 73_000);
  assert.deepEqual(scale.ticks, [100, 1000, 10_000, 100_000]);
  assert.ok(Math.abs(scale.share(1000) - 1 / 3) < 1e-9);
});

test("scales have room for all values and few ticks", () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e7, noNaN: true }), fc.double({ min: 1, max: 1e7, noNaN: true }), (a, b) => {
      const [least, most] = [Math.min(a, b), Math.max(a, b)];
      for (const scale of [linearScale(most), logarithmicScale(least, most)]) {
        for (const value of [least, most]) assert.ok(scale.share(value) >= -1e-9 && scale.share(value) <= 1 + 1e-9);
        assert.ok(scale.ticks.length >= 2 && scale.ticks.length <= 8);
      }
    }),
  );
});
