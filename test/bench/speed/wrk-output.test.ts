import assert from "node:assert/strict";
import { test } from "node:test";
import { parseWrkOutput } from "../../../bench/speed/wrk-output.ts";

const HEAD = `Running 2s test @ http://127.0.0.1:4000/10k
  1 threads and 64 connections
`;

function outputOf(figures: Readonly<Record<string, number>>): string {
  const none = { status: 0, connect: 0, read: 0, write: 0, timeout: 0 };
  const all = { requests: 1000, micros: 2_000_000, bytes: 512_000, p50: 900, p99: 4200, ...none, ...figures };
  return `${HEAD}figures ${JSON.stringify(all)}\n`;
}

test("parseWrkOutput() gives rate and percentiles, and no error where there is none", () => {
  const figures = parseWrkOutput(outputOf({}));
  assert.deepEqual(figures, { requests: 1000, rate: 500, p50: 900, p99: 4200, bytes: 512_000, errors: [] });
});

test("parseWrkOutput() names every kind of error", () => {
  const cases = [
    ["status", "3 statuses of 400 and above"],
    ["connect", "3 connections refused"],
    ["read", "3 connections broken while reading"],
    ["write", "3 connections broken while writing"],
    ["timeout", "3 answers too late"],
  ] as const;
  for (const [name, expected] of cases) {
    assert.deepEqual(parseWrkOutput(outputOf({ [name]: 3 })).errors, [expected]);
  }
});

test("parseWrkOutput() throws when wrk has told no figures", () => {
  assert.throws(() => parseWrkOutput("unable to connect"), /it has no figures: "unable to connect"/);
});
