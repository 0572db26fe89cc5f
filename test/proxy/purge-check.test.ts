// The purge checker (bench/purge-check.ts) for a few seconds, against Lacquer and against a cache with a mistake.
import assert from "node:assert/strict";
import { test } from "node:test";
import { check } from "../../bench/purge-check/check.ts";
import { hitShare, shortcomings, summary } from "../../bench/purge-check/report.ts";
import { TestedLacquer } from "../support/lacquer-target.ts";
import { ToyCache } from "../support/toy-cache.ts";

/** Few keys, so that readers and writers meet often. */
const SHORT = { seconds: 3, readers: 8, writers: 4, keys: 16 };

/** In so short a run, on a machine that does other things too, there are fewer hits than in a long one. */
const SOME = 0.1;

for (const seed of [1, 2]) {
  test(`no purge of Lacquer is undone by what was under way when it was acknowledged (seed ${seed})`, async () => {
    const run = await check({ ...SHORT, seed }, (originPort) => TestedLacquer.start(originPort));
    assert.deepEqual([run.counts.violations, run.faults], [0, []], shortcomings(run).join("\n"));
    assert.ok(hitShare(run) > SOME, summary(run));
    assert.ok(run.counts.acknowledged.url > 0 && run.counts.acknowledged.tag > 0, summary(run));
  });
}

test("check() finds the violations of a cache that keeps what was fetched before a purge", async () => {
  const options = { ...SHORT, seed: 1, seconds: 20, untilViolation: true };
  const run = await check(options, (originPort) => ToyCache.start(originPort, { forgetsPurges: true }));
  assert.ok(run.counts.violations > 0, summary(run));
  const text = shortcomings(run).join("\n");
  assert.match(text, /^Violation: seed 1, key \d+: version \d+ was seen at .* purge by \w+ \{/s);
  assert.deepEqual([run.faults, run.violations[0]!.history.length <= 20], [[], true]);
});

test("check() finds nothing in the same cache without that mistake", async () => {
  const run = await check({ ...SHORT, seed: 1 }, (originPort) => ToyCache.start(originPort, { forgetsPurges: false }));
  assert.deepEqual([run.counts.violations, run.faults], [0, []], shortcomings(run).join("\n"));
  assert.ok(hitShare(run) > SOME, summary(run));
});
