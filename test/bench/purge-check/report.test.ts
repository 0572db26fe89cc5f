import assert from "node:assert/strict";
import { test } from "node:test";
import { Receipts } from "../../../bench/purge-check/receipts.ts";
import { shortcomings, summary } from "../../../bench/purge-check/report.ts";
import { Run } from "../../../bench/purge-check/run.ts";

/** A run in which nothing was asked, changed by `events`. */
async function afterwards(events: (run: Run) => void): Promise<readonly string[]> {
  const run = await Run.open(9, 3);
  run.counts.requests = 100;
  run.counts.hits = 50;
  events(run);
  await run.origin.close();
  return shortcomings(run);
}

test("shortcomings() are none after a run without any", async () => {
  assert.deepEqual(await afterwards(() => {}), []);
});

test("shortcomings() names violations, but not all of many", async () => {
  const found = await afterwards((run) => {
    run.judge.acknowledge(1, { version: 2, at: 1, by: "purge" });
    run.origin.bump(1);
    for (let count = 0; count < 10; count++) run.see(run.judge.start(1, run.now()), { version: 1, how: "get" });
  });
  assert.equal(found.filter((text) => text.startsWith("Violation: seed 9, key 1: version 1")).length, 3);
  assert.equal(found.at(-1), "and 7 more violations");
});

test("shortcomings() names a run with too few hits, a fault, and a version that does not exist yet", async () => {
  assert.match((await afterwards((run) => run.counts.hits = 19)).join(), /only 19 % of the answers were hits/);
  assert.match((await afterwards((run) => run.counts.requests = 0)).join(), /only 0 %/);
  assert.match((await afterwards((run) => run.fault("broken"))).join(), /^Fault: seed 9: .* broken$/);
  const early = await afterwards((run) => run.see(run.judge.start(1, 0), { version: 2, how: "get" }));
  assert.match(early.join(), /key 1 has no version 2 yet/);
});

test("Run.failed() counts no failure that a kill may have caused", async () => {
  assert.equal((await afterwards((run) => run.failed(0, "no answer"))).length, 1);
  assert.deepEqual(await afterwards((run) => (run.life++, run.failed(0, "begun before the kill"))), []);
  assert.deepEqual(await afterwards((run) => (run.isDown = true, run.failed(0, "down"))), []);
});

test("Receipts.take() wants a number above those acknowledged before the purge began", () => {
  const receipts = new Receipts();
  const [first, second] = [receipts.start(), receipts.start()];
  assert.equal(receipts.take(first, 2), undefined);
  assert.equal(receipts.take(second, 1), undefined); // they overlapped
  const third = receipts.start();
  assert.match(receipts.take(third, 2) ?? "", /number 2, though one before it had 2/);
  assert.match(receipts.take(third, NaN) ?? "", /number NaN/);
  assert.equal(receipts.take(third, 3), undefined);
});

test("summary() counts everything in one line", async () => {
  const run = await Run.open(9, 3);
  await run.origin.close();
  run.counts.requests = 4;
  run.counts.hits = 1;
  run.counts.acknowledged.ban = 5;
  const line = summary(run);
  assert.match(line, /^seed 9; 4 requests; 1 hits \(25 %\); 0 coalesced; .* ban 5, .* 0 violations$/);
  assert.equal(line.includes("\n"), false);
});
