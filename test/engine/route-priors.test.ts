import assert from "node:assert/strict";
import { test } from "node:test";
import { RoutePrior, RoutePriors } from "../../src/engine/route-priors.ts";
import { ByteBudget } from "../../src/storage/byte-budget.ts";

const LESSON = { credentialed: false, shareable: true, vary: ["accept"] };

test("RoutePrior starts even, and needs four refusals in a row to call a route private", () => {
  const prior = new RoutePrior();
  assert.equal(prior.shareability(false), 0.5);
  const means = [1, 2, 3, 4].map(() => {
    prior.learn({ credentialed: false, shareable: false });
    return prior.shareability(false);
  });
  assert.deepEqual(means.map((mean) => mean < 0.2), [false, false, false, true]);
});

test("RoutePrior tells requests with credentials from those without", () => {
  const prior = new RoutePrior();
  for (let i = 0; i < 10; i++) prior.learn({ credentialed: true, shareable: false });
  prior.learn(LESSON);
  assert.ok(prior.shareability(true) < 0.2);
  assert.ok(prior.shareability(false) > 0.5);
  assert.equal(prior.hasShared(true), false);
  assert.equal(prior.hasShared(false), true);
});

test("RoutePrior lets new evidence outweigh old", () => {
  const prior = new RoutePrior();
  for (let i = 0; i < 10_000; i++) prior.learn({ ...LESSON, shareable: false });
  for (let i = 0; i < 60; i++) prior.learn(LESSON);
  assert.ok(prior.shareability(false) > 0.4);
});

test("RoutePrior names the fields on which more than half of the answers depended", () => {
  const prior = new RoutePrior();
  assert.equal(prior.dominantVary, undefined);
  prior.learn(LESSON);
  assert.deepEqual(prior.dominantVary, ["accept"]);
  prior.learn({ ...LESSON, vary: [] });
  assert.equal(prior.dominantVary, undefined);
  prior.learn({ ...LESSON, vary: [] });
  assert.deepEqual(prior.dominantVary, []);
  for (let i = 0; i < 1000; i++) prior.learn(LESSON);
  assert.deepEqual(prior.dominantVary, ["accept"]);
});

test("RoutePrior knows no more than eight sets of fields, and forgets those that are seen no more", () => {
  const prior = new RoutePrior();
  for (let i = 0; i < 100; i++) prior.learn({ ...LESSON, vary: [`x-${i}`] });
  for (let i = 0; i < 200; i++) prior.learn({ ...LESSON, vary: ["x-0"] });
  for (let i = 0; i < 500; i++) prior.learn({ ...LESSON, vary: ["x-new"] });
  assert.deepEqual(prior.dominantVary, ["x-new"]);
});

test("RoutePrior gives the time within which 95 of 100 of the latest headers came", () => {
  const prior = new RoutePrior();
  assert.equal(prior.timeToHeadersP95, undefined);
  prior.learnTime(300);
  assert.equal(prior.timeToHeadersP95, 300);
  for (let i = 1; i <= 32; i++) prior.learnTime(i);
  assert.equal(prior.timeToHeadersP95, 31);
});

test("RoutePriors takes a small part of memory and forgets routes beyond that", () => {
  const budget = new ByteBudget(1_000_000);
  const priors = new RoutePriors(budget);
  for (let i = 0; i < 100; i++) priors.learn(`route ${i}`, LESSON);
  assert.equal(priors.of("route 0"), undefined);
  assert.deepEqual(priors.of("route 99")?.dominantVary, ["accept"]);
  assert.ok(budget.used > 0 && budget.used <= 1_000_000 / 256);
  assert.equal(priors.bytes, budget.used);
});
