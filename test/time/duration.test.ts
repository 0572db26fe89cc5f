import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDuration, parseDuration } from "../../src/time/duration.ts";

test("parseDuration() reads every unit to milliseconds", () => {
  const lengths = ["0s", "500ms", "30s", "5m", "1h", "1d"].map(parseDuration);
  assert.deepEqual(lengths, [0, 500, 30_000, 300_000, 3_600_000, 86_400_000]);
});

test("parseDuration() refuses a number without unit, other spellings, and what a clock cannot hold", () => {
  const refused = ["30", "", "s", "1.5h", "-1s", "1 s", " 1s", "1S", "1sec", "1m30s", "1w", "99999999999999999d"];
  for (const text of refused) assert.equal(parseDuration(text), undefined, text);
});

test("formatDuration() writes the largest unit that divides, and parseDuration() reads it back", () => {
  assert.deepEqual([0, 1, 90_000, 86_400_000, 172_800_000, 1_500].map(formatDuration), [
    "0s",
    "1ms",
    "90s",
    "1d",
    "2d",
    "1500ms",
  ]);
  for (const length of [0, 1, 999, 1_000, 61_000, 7_200_000]) {
    assert.equal(parseDuration(formatDuration(length)), length);
  }
});
