/** Measures what purges take under the runtime that runs it, and prints a `CostFinding` as one line of JSON. */
import process from "node:process";
import { setImmediate, setTimeout } from "node:timers/promises";
import type { CacheEngine } from "../../src/engine/cache-engine.ts";
import type { PurgeRequest } from "../../src/invalidation/purge-request.ts";
import { systemTimers } from "../../src/time/timers.ts";
import type { Milliseconds } from "../../src/time/clock.ts";
import { median } from "../support/median.ts";
import { COMMON_TAG, filledEngine } from "./filled-engine.ts";
import { type Assignment, type CallTimes, COST_KINDS, type CostFinding, type CostKind } from "./message.ts";
import { nowMs } from "./timed-timers.ts";

const CALLS = 100;

/** Until the compilers of the runtime have done what they can. */
const WARM_CALLS = 500;
const WARM_STORED = 10;

/** The n-th purge of each kind covers nothing, and names what none has named before. */
const REQUESTS: Readonly<Record<CostKind, (index: number) => PurgeRequest>> = {
  tag: (index) => ({ tags: [`nobody-${index}`] }),
  URL: (index) => ({ urls: [`http://127.0.0.1:8080/nothing/${index}`] }),
  prefix: (index) => ({ prefixes: [`/nothing/${index}/`] }),
  host: (index) => ({ hosts: [`nobody-${index}.example`] }),
  ban: (index) => ({ bans: [{ where: [{ field: "path", prefix: `/nothing/${index}/` }] }] }),
  "all, softly": () => ({ all: true, soft: true }),
};

const assignment = JSON.parse(process.argv[2] ?? "{}") as Assignment;
const { engine: small } = await filledEngine(assignment.runtime, { stored: WARM_STORED }, systemTimers);
for (const kind of COST_KINDS) await timesOf(small, kind, WARM_CALLS);
const { engine } = await filledEngine(assignment.runtime, assignment, systemTimers);
const kinds: [CostKind, CallTimes][] = [];
for (const kind of COST_KINDS) kinds.push([kind, await timesOf(engine, kind, CALLS)]);
const finding: CostFinding = {
  ...assignment,
  kinds: Object.fromEntries(kinds) as Record<CostKind, CallTimes>,
  commonTag: await timeOf(engine, { tags: [COMMON_TAG] }),
  all: await timeOf(engine, { all: true }),
};
process.stdout.write(`${JSON.stringify(finding)}\n`, () => process.exit());

/** Begins once all purges before have been carried out. */
async function timesOf(engine: CacheEngine, kind: CostKind, calls: number): Promise<CallTimes> {
  const times: Milliseconds[] = [];
  for (let index = 0; index < calls; index++) {
    await setImmediate(); // a purge comes in a turn of its own
    times.push(await timeOf(engine, REQUESTS[kind](index)));
  }
  while (engine.stats.purging.reclaiming + engine.stats.purging.scopes + engine.stats.purging.bans > 0) {
    await setTimeout(20);
  }
  return { median: median(times), worst: Math.max(...times) };
}

async function timeOf(engine: CacheEngine, request: PurgeRequest): Promise<Milliseconds> {
  const start = nowMs();
  await engine.purge(request);
  return nowMs() - start;
}
