import assert from "node:assert/strict";
import { test } from "node:test";
import { judge } from "../../../bench/micro/bounds.ts";
import { Findings, type Side } from "../../../bench/micro/findings.ts";
import { FEW, hitName, MANY } from "../../../bench/micro/store-names.ts";
import { microseconds, renderSkipped, renderTable, shortName } from "../../../bench/micro/table.ts";
import type { RuntimeName } from "../../../bench/support/lacquer.ts";

const SMALL = hitName({ count: FEW, askedFor: FEW });
const LARGE = hitName({ count: MANY, askedFor: FEW });

/** Adds a round in which a call took so many nanoseconds. */
function took(findings: Findings, name: string, medianNs: number, side: Side = "ours", runtime: RuntimeName = "bun") {
  findings.add(side, runtime, { kind: "time", name, timing: { medianNs, p99Ns: medianNs * 10 } });
}

test("Findings gives the middle of all rounds", () => {
  const findings = new Findings();
  for (const nanoseconds of [900, 100, 200]) took(findings, "hit 10 KB", nanoseconds);
  assert.deepEqual(findings.timing("ours", "bun", "hit 10 KB"), { medianNs: 200, p99Ns: 2000 });
  assert.equal(findings.timing("theirs", "bun", "hit 10 KB"), undefined);
  assert.equal(findings.timing("ours", "node", "hit 10 KB"), undefined);
});

test("renderTable() lines up what was measured, and marks what is not known", () => {
  const findings = new Findings();
  took(findings, "304", 1500);
  took(findings, "304", 3000, "theirs");
  took(findings, "pass", 120_000, "ours", "node");
  findings.add("ours", "bun", { kind: "allocation", name: "304", bytes: 812.4 });
  const options = { names: ["304", "pass"], runtimes: ["bun", "node"] as const, against: "v0.1.0" };
  assert.equal(
    renderTable(findings, options),
    `| Benchmark | Runtime | median µs | p99 µs | bytes/call | since v0.1.0 |
| --------- | ------- | --------: | -----: | ---------: | -----------: |
| 304       | Bun     |      1.50 |   15.0 |        812 |       0.50 × |
| pass      | Node    |       120 |   1200 |          – |            – |`,
  );
  assert.ok(!renderTable(findings, { ...options, against: undefined }).includes("since"));
});

test("renderSkipped() names each benchmark once for every reason", () => {
  const findings = new Findings();
  for (const runtime of ["bun", "deno"] as const) {
    findings.add("theirs", runtime, { kind: "skipped", name: "304", reason: "it has no engine" });
  }
  findings.add("theirs", "node", { kind: "skipped", name: "304", reason: "it fails" });
  const options = { names: ["304", "pass"], runtimes: ["bun", "deno", "node"] as const, against: "v0.1.0" };
  assert.equal(
    renderSkipped(findings, "theirs", options),
    "  304 (Bun, Deno): it has no engine\n  304 (Node): it fails",
  );
  assert.equal(renderSkipped(findings, "ours", options), "");
});

test("microseconds() shows three digits that count", () => {
  const cases = [[56, "0.056"], [1234, "1.23"], [12_345, "12.3"], [330_452, "330"]] as const;
  for (const [nanoseconds, text] of cases) assert.equal(microseconds(nanoseconds), text);
  assert.equal(microseconds(undefined), "–");
});

test("shortName() shortens hashes only", () => {
  assert.equal(shortName("0123456789abcdef0123456789abcdef01234567"), "012345678");
  assert.equal(shortName("HEAD~20"), "HEAD~20");
});

test("judge() holds a hit to its limit on each runtime, and its growth to 20 %", () => {
  const cases = [
    { runtime: "bun", hit: 3000, few: 1000, many: 1200, met: [true, true] },
    { runtime: "bun", hit: 3001, few: 1000, many: 1201, met: [false, false] },
    { runtime: "deno", hit: 5000, few: 1000, many: 900, met: [true, true] },
    { runtime: "node", hit: 5001, few: 1000, many: 1100, met: [false, true] },
  ] as const;
  for (const { runtime, hit, few, many, met } of cases) {
    const findings = new Findings();
    took(findings, "hit 10 KB", hit, "ours", runtime);
    took(findings, SMALL, few, "ours", runtime);
    took(findings, LARGE, many, "ours", runtime);
    assert.deepEqual(judge(findings, [runtime]).map(({ isMet }) => isMet), met, `${runtime} ${hit}`);
  }
});

test("judge() takes what was not measured for missed", () => {
  const findings = new Findings();
  took(findings, "hit 10 KB", 1000);
  took(findings, SMALL, 1000);
  assert.deepEqual(judge(findings, ["bun"]).map(({ isMet }) => isMet), [true, false]);
});
