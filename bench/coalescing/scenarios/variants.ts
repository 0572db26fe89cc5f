import { setTimeout as sleep } from "node:timers/promises";
import { commonOutcome, type Outcome, type Scenario, type Stage } from "../scenario.ts";
import { crowdOnKey, type KeyedCrowd } from "./crowd-on-key.ts";

export const variants: Scenario = {
  point: 2,
  rows: [
    { id: "2a", title: "200 over 4 Accept, Vary: Accept, cold", bound: "4 requests, 400 ms" },
    { id: "2b", title: "200 over 8 Accept, Vary: Accept, cold", bound: "8 requests, 700 ms" },
    { id: "2c", title: "2a again when all 4 have expired", bound: "4 requests, 360 ms" },
    { id: "2d", title: "200 over 4 further Accept, variance known", bound: "4 requests, 360 ms" },
  ],
  async play(stage) {
    const cold = await cacheableFor(60, stage);
    const outcomes = [await measure(stage, crowd(cold, 4), { requests: 4, wallMs: 400 })];
    const coldest = await cacheableFor(60, stage);
    outcomes.push(await measure(stage, crowd(coldest, 8), { requests: 8, wallMs: 700 }));
    const known = await cacheableFor(1, stage);
    await crowdOnKey(stage, crowd(known, 4));
    // Caches that count in whole seconds keep it for almost two.
    await sleep(2200);
    outcomes.push(await measure(stage, crowd(known, 4), { requests: 4, wallMs: 360 }));
    outcomes.push(await measure(stage, crowd(known, 4, 4), { requests: 4, wallMs: 360 }));
    return outcomes;
  },
};

/** A path with variants that are fresh for so many seconds. */
async function cacheableFor(seconds: number, stage: Stage): Promise<string> {
  const directory = stage.newDirectory();
  const fields = { "Cache-Control": `max-age=${seconds}`, "Vary": "Accept" };
  await stage.origin.plan(directory, { fields, body: { kind: "named" } });
  return `/${directory}/page`;
}

function crowd(path: string, count: number, from = 0): KeyedCrowd {
  return { path, clients: 200, by: "accept", accepts: { count, from } };
}

async function measure(
  stage: Stage,
  asking: KeyedCrowd,
  limits: { requests: number; wallMs: number },
): Promise<Outcome> {
  return commonOutcome(await crowdOnKey(stage, asking), limits);
}
