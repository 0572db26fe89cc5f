/** Has the memory of everything given back under the runtime that runs it, and prints an `AloneFinding` as JSON. */
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { COMMON_TAG, filledEngine } from "./filled-engine.ts";
import { LoopWatch } from "./loop-watch.ts";
import type { AloneFinding, Assignment } from "./message.ts";
import { nowMs, TimedTimers } from "./timed-timers.ts";

/** What filling left behind is collected in this time. */
const REST_MS = 2000;

/** How long the loop is watched before anything is purged. */
const WATCH_MS = 3000;

const assignment = JSON.parse(process.argv[2] ?? "{}") as Assignment;
const timers = new TimedTimers();
const { engine } = await filledEngine(assignment.runtime, assignment, timers);
await setTimeout(REST_MS);
const idle = new LoopWatch();
await setTimeout(WATCH_MS);
const longestBefore = idle.stop();

timers.reset();
const watch = new LoopWatch();
const start = nowMs();
await engine.purge({ tags: [COMMON_TAG] });
const acknowledgedAt = nowMs();
while (engine.size > 0) await setTimeout(5);
const took = nowMs() - acknowledgedAt;
const finding: AloneFinding = {
  ...assignment,
  acknowledged: acknowledgedAt - start,
  longestBefore,
  longestBlock: watch.stop(),
  took,
  busy: timers.busy,
  longestSlice: timers.longest,
};
process.stdout.write(`${JSON.stringify(finding)}\n`, () => process.exit());
