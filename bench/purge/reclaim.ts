import { setTimeout } from "node:timers/promises";
import type { Answer } from "../pace/answer.ts";
import { askGenerator } from "../pace/ask-generator.ts";
import type { PaceOrder } from "../pace/pace-order.ts";
import type { RuntimeName } from "../support/lacquer.ts";
import type { Workplace } from "../support/workplace.ts";
import { askWorker } from "./ask-worker.ts";
import { COMMON_TAG, PRACTICE_TAG } from "./filled-engine.ts";
import { hitsOrder, pageIsReady } from "./hits-meanwhile.ts";
import type { AloneFinding, Assignment } from "./message.ts";
import type { Options } from "./options.ts";
import { type ReclaimFinding, renderReclaim, type ServedFinding } from "./reclaim-report.ts";
import { Serving } from "./serving.ts";

/** Until the generator is started and warm. */
const LEAD_MS = 700;

/** What of the time that reclaiming takes is measured: it must not be over before. */
const MEASURED_SHARE = 0.7;
const MAX_SECONDS = 10;

/** What it takes to give back the memory of everything. */
export async function answerReclaim(workplace: Workplace, options: Options): Promise<Answer> {
  const findings: ReclaimFinding[] = [];
  for (const runtime of options.runtimes) findings.push(await findingOf(workplace, runtime, options));
  return renderReclaim(findings);
}

async function findingOf(workplace: Workplace, runtime: RuntimeName, options: Options): Promise<ReclaimFinding> {
  const assignment: Assignment = { runtime, stored: options.effort.stored };
  const alone = await askWorker<AloneFinding>(workplace, "alone-worker", assignment);
  const seconds = Math.min(MAX_SECONDS, alone.took / 1000 * MEASURED_SHARE);
  const served: ServedFinding[] = [];
  for (let round = 0; round < options.rounds; round++) served.push(await serve(workplace, assignment, seconds));
  return { alone, served };
}

/** Until a server has done everything that is measured often enough for the compiler of its runtime. */
const PRACTICE_SECONDS = 4;

/** Hits at a fixed rate, first with nothing else to do, then while memory is given back. */
async function serve(workplace: Workplace, assignment: Assignment, seconds: number): Promise<ServedFinding> {
  const serving = await Serving.start(workplace, assignment);
  const { port } = serving;
  try {
    await pageIsReady(port);
    const order = await hitsOrder(port, seconds);
    await practise(workplace, serving, order);
    const before = await askGenerator(workplace, order);
    const asking = askGenerator(workplace, order).then((report) => ({ report, endedAt: performance.now() }));
    await setTimeout(LEAD_MS);
    const { acknowledged, reclaimed } = await serving.purge(COMMON_TAG);
    const purgedAt = performance.now();
    const { report: during, endedAt } = await asking;
    // What is left then is not waited for.
    const overAt = await Promise.race([reclaimed, Promise.resolve(endedAt)]);
    const beganAt = endedAt - seconds * 1000;
    const overlap = Math.min(overAt, endedAt) - Math.max(purgedAt, beganAt);
    return { rate: order.rate, before, during, acknowledged, covered: overlap / (seconds * 1000) };
  } finally {
    await serving.stop();
  }
}

/**
 * A purge like the one that counts. Without it the p99 would be that of code that is thrown away and compiled anew when
 * a process does for the first time what it never did: this happens once in its life, however many are stored.
 */
async function practise(workplace: Workplace, serving: Serving, order: PaceOrder): Promise<void> {
  const asking = askGenerator(workplace, { ...order, seconds: PRACTICE_SECONDS });
  await setTimeout(LEAD_MS);
  const { reclaimed } = await serving.purge(PRACTICE_TAG);
  await Promise.all([asking, reclaimed]);
}
