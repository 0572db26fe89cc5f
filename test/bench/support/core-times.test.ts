import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCoreTicks, parseProcessTicks, sharesBetween } from "../../../bench/support/core-times.ts";

test("parseCoreTicks() reads the first core and takes waiting for idle", () => {
  const text = "cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 1 2 3 40 5 6 7 8 0 0\ncpu1 9 9 9 9 9 9 9 9 0 0\n";
  assert.deepEqual(parseCoreTicks(text), { all: 72, idle: 45 });
});

test("parseProcessTicks() is not misled by the name of a command", () => {
  assert.equal(parseProcessTicks("12 (a b) c) S 1 2 3 4 5 6 7 8 9 10 30 12 0 0"), 42);
  assert.equal(parseProcessTicks(""), 0);
});

test("sharesBetween() gives what was busy, and with whom", () => {
  const shares = sharesBetween({ all: 100, idle: 50, own: 7 }, { all: 200, idle: 60, own: 77 });
  assert.deepEqual(shares, { busy: 0.9, own: 0.7 });
  assert.deepEqual(sharesBetween({ all: 1, idle: 1, own: 1 }, { all: 1, idle: 1, own: 1 }), { busy: 1, own: 1 });
});
