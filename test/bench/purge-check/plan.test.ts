import assert from "node:assert/strict";
import { test } from "node:test";
import { keyTraits } from "../../../bench/purge-check/keys.ts";
import { originDelays, readSteps, WRITE_KINDS, writeSteps } from "../../../bench/purge-check/plan.ts";
import { purgeOrder } from "../../../bench/purge-check/purge-order.ts";

const ABILITIES = { invalidatesByPost: true, purgesSoftly: true };
const traits = keyTraits(50);

function planOf(seed: number, abilities = ABILITIES) {
  return { seed, traits, abilities };
}

function first<Step>(count: number, steps: Generator<Step>): Step[] {
  return [...steps.take(count)];
}

test("the same seed gives the same steps, another seed or another actor others", () => {
  assert.deepEqual(first(200, readSteps(planOf(3), 1)), first(200, readSteps(planOf(3), 1)));
  assert.deepEqual(first(200, writeSteps(planOf(3), 1)), first(200, writeSteps(planOf(3), 1)));
  assert.deepEqual(originDelays({ seed: 3 }, 4, 5), originDelays({ seed: 3 }, 4, 5));
  for (const [seed, actor] of [[4, 1], [3, 2]] as const) {
    assert.notDeepEqual(first(200, readSteps(planOf(3), 1)), first(200, readSteps(planOf(seed), actor)));
    assert.notDeepEqual(first(200, writeSteps(planOf(3), 1)), first(200, writeSteps(planOf(seed), actor)));
  }
});

test("writeSteps() has all kinds, and softly purges nothing that may be sent stale after it", () => {
  const steps = first(5000, writeSteps(planOf(1), 0));
  assert.deepEqual(new Set(steps.map(({ kind }) => kind)), new Set(WRITE_KINDS));
  const soft = steps.filter((step) => step.soft);
  assert.ok(soft.length > 500);
  for (const { key, kind } of soft) assert.ok(!traits[key]!.isSentStale && kind !== "post", `${key} ${kind}`);
});

test("writeSteps() leaves out what the cache can not do", () => {
  const steps = first(5000, writeSteps(planOf(1, { invalidatesByPost: false, purgesSoftly: false }), 0));
  assert.ok(steps.every(({ kind, soft }) => kind !== "post" && !soft));
});

test("readSteps() asks for ranges that lie in what is there", () => {
  for (const { key, range: [from, to] } of first(2000, readSteps(planOf(1), 0))) {
    assert.ok(from >= 0 && from <= to && to < (traits[key]!.isLarge ? 102_400 : 512));
  }
});

test("originDelays() are from 0 to 200 ms", () => {
  const delays = Array.from({ length: 2000 }, (_, nth) => originDelays({ seed: 1 }, 1, nth).before);
  assert.ok(delays.every((delay) => delay >= 0 && delay <= 200));
  assert.ok(Math.min(...delays) < 10 && Math.max(...delays) > 190);
});

test("purgeOrder() covers its own key always, and others where what it says does", () => {
  const options = { traits, authority: "127.0.0.1:80" };
  for (const kind of WRITE_KINDS) {
    if (kind === "post") continue;
    for (let form = 0; form < 60; form++) {
      const order = purgeOrder({ key: 4, kind, soft: false, form, pause: 0 }, options);
      assert.ok(order.covers.includes(traits[4]!), `${kind} ${form}`);
    }
  }
  const covered = (step: { kind: "prefix" | "all" | "tag"; form: number }) =>
    purgeOrder({ key: 4, soft: false, pause: 0, ...step }, options).covers.map(({ key }) => key);
  assert.deepEqual(covered({ kind: "prefix", form: 1 }), [4, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49]);
  assert.equal(covered({ kind: "tag", form: 25 }).length, 50);
  assert.deepEqual(covered({ kind: "tag", form: 1 }), [4]);
  assert.equal(covered({ kind: "all", form: 1 }).length, 50);
});
