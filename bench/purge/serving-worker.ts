/**
 * Serves a page from an engine that is full of other things, under the runtime that runs it. A request on the control
 * port purges the tag that its path names. It prints a `ServingMessage` as JSON for each event.
 */
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { resolveSettings } from "../../src/config/resolve-settings.ts";
import { proxyHandler } from "../../src/server/proxy-handler.ts";
import { systemClock } from "../../src/time/clock.ts";
import { systemTimers } from "../../src/time/timers.ts";
import { filledEngine } from "./filled-engine.ts";
import type { Assignment, PurgeAnswer, ServingMessage } from "./message.ts";
import { nowMs } from "./timed-timers.ts";

const assignment = JSON.parse(process.argv[2] ?? "{}") as Assignment;
const { engine, lab } = await filledEngine(assignment.runtime, { ...assignment, practises: true }, systemTimers);
const runtime = await lab.runtime();
const { limits } = resolveSettings({});
const anyPort = { hostname: "127.0.0.1", port: 0, limits };
const handler = proxyHandler({ engine, hosts: [], clock: systemClock, onRejected: undefined });
const { port } = await runtime.listen(anyPort, handler);
const { port: controlPort } = await runtime.listen(anyPort, async ({ url }) => {
  return Response.json(await purge(new URL(url).pathname.slice(1)));
});
tell({ kind: "listening", port, controlPort });

/** Tells later that the memory is given back. */
async function purge(tag: string): Promise<PurgeAnswer> {
  const start = nowMs();
  await engine.purge({ tags: [tag] });
  const acknowledged = nowMs() - start;
  void reclaimed().then(() => tell({ kind: "reclaimed" }));
  return { acknowledged };
}

/** Resolves once nothing purged is held any more. */
async function reclaimed(): Promise<void> {
  while (engine.stats.purging.reclaiming > 0) await setTimeout(20);
}

function tell(message: ServingMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
