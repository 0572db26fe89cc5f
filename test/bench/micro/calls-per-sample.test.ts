import assert from "node:assert/strict";
import { test } from "node:test";
import { callsPerSample } from "../../../bench/micro/calls-per-sample.ts";

test("callsPerSample() makes a sample last 8 µs, within 4 to 1024 calls", () => {
  const cases = [[0, 1024], [1, 1024], [10, 1024], [100, 128], [1000, 8], [2000, 4], [50_000, 4]] as const;
  for (const [nanoseconds, calls] of cases) assert.equal(callsPerSample(nanoseconds), calls, `${nanoseconds} ns`);
});
