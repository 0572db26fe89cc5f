import assert from "node:assert/strict";
import { test } from "node:test";
import { renderStorm, type StormFinding } from "../../../bench/purge/storm-report.ts";
import { reportOf } from "./example-report.ts";

const MIB = 1024 ** 2;

test("renderStorm() tells items, answers, memory and hits", () => {
  const { table } = renderStorm([finding({ sent: sent({ 200: 900, 429: 100 }) })]);
  const answers = ["10000", "900", "100", "0", "4.0"];
  assert.deepEqual(table[1], [
    "Bun, bans, 100 a request",
    ...answers,
    ...["100", "140", "120", "7", "990"],
    ...["5000", "100", "250", "2.50", "5.0"],
  ]);
});

test("renderStorm() judges each bound", () => {
  const missed = (changes: Partial<StormFinding>) =>
    renderStorm([finding(changes)]).verdicts.filter(({ isHeld }) => !isHeld).map(({ text }) => text.split(": ")[1]);
  assert.deepEqual(missed({}), []);
  assert.deepEqual(missed({ sent: sent({ 200: 900, 429: 99, 500: 1 }) }), [
    "1 answers other than 200 and 429, bound 0",
  ]);
  assert.deepEqual(missed({ memory: { before: 100 * MIB, samples: [400 * MIB], after: 100 * MIB } }), [
    "300 MiB more memory, bound 256",
  ]);
  assert.deepEqual(missed({ bans: 1001 }), ["1001 bans held at most, bound 1000, and 100 requests refused"]);
  assert.deepEqual(missed({ sent: sent({ 200: 1000 }) }), [
    "990 bans held at most, bound 1000, and 0 requests refused",
  ]);
  assert.deepEqual(missed({ sent: sent({ 200: 800, 429: 100 }) }), ["9000 items/s of 10000 were sent"]);
  assert.deepEqual(missed({ during: reportOf(301) }), ["p99 of hits meanwhile 3.01 × that before, bound 3"]);
});

test("renderStorm() has no bound for hits beside as many purges as are answered", () => {
  const name = "tags, one a request";
  const { verdicts } = renderStorm([finding({ name, during: reportOf(10_000), sent: sent({ 200: 5 }) })]);
  assert.deepEqual(verdicts.map(({ isHeld }) => isHeld), [true, true]);
});

function finding(changes: Partial<StormFinding>): StormFinding {
  return {
    runtime: "bun",
    name: "bans, 100 a request",
    rate: 5000,
    before: reportOf(100),
    during: reportOf(250),
    sent: sent({ 200: 900, 429: 100 }),
    scopes: 7,
    bans: 990,
    memory: { before: 100 * MIB, samples: [110 * MIB, 140 * MIB, 120 * MIB], after: 120 * MIB },
    ...changes,
  };
}

function sent(statuses: Record<string, number>): StormFinding["sent"] {
  return { statuses, seconds: 10, answered: { median: 1, p99: 4, max: 9 } };
}
