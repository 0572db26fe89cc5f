import { setTimeout as sleep } from "node:timers/promises";
import { type PlanOptions, readSteps, writeSteps } from "./plan.ts";
import { read } from "./reader.ts";
import { Run } from "./run.ts";
import type { StartTarget, Target } from "./target.ts";
import { write } from "./writer.ts";

export interface CheckOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly readers: number;
  readonly writers: number;
  readonly keys: number;
  /** Kills the cache every so many seconds. */
  readonly killEvery?: number | undefined;
  /** Ends with the first violation. */
  readonly untilViolation?: boolean;
}

/** How often it is looked whether the run is over. */
const TICK_MS = 100;

/** Lets readers and writers loose on a cache, and tells what they saw. */
export async function check(options: CheckOptions, startTarget: StartTarget): Promise<Run> {
  const run = await Run.open(options.seed, options.keys);
  try {
    const target = await startTarget(run.origin.port);
    try {
      await play(run, target, options);
    } finally {
      await target.stop();
    }
  } finally {
    await run.origin.close();
  }
  return run;
}

async function play(run: Run, target: Target, options: CheckOptions): Promise<void> {
  const plan: PlanOptions = { seed: run.seed, traits: run.traits, abilities: target.abilities };
  const numbers = (count: number) => Array.from({ length: count }, (_, number) => number);
  await Promise.all([
    end(run, options),
    killNowAndThen(run, target, options.killEvery),
    ...numbers(options.readers).map((reader) => read(run, target.port, readSteps(plan, reader))),
    ...numbers(options.writers).map((writer) => write(run, target, writeSteps(plan, writer))),
  ]);
}

async function end(run: Run, { seconds, untilViolation = false }: CheckOptions): Promise<void> {
  const endsAt = performance.now() + seconds * 1000;
  while (performance.now() < endsAt && !(untilViolation && run.counts.violations > 0)) await sleep(TICK_MS);
  run.isOver = true;
}

async function killNowAndThen(run: Run, target: Target, every: number | undefined): Promise<void> {
  if (every === undefined) return;
  let killsAt = performance.now() + every * 1000;
  while (!run.isOver) {
    await sleep(TICK_MS);
    if (performance.now() < killsAt) continue;
    run.kills++;
    run.life++;
    run.isDown = true;
    await target.crash();
    run.life++;
    run.isDown = false;
    killsAt = performance.now() + every * 1000;
  }
}
