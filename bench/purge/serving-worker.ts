/**
 * Serves a page from an engine that is full of other things, under the runtime that runs it. A request on the control
 * port purges the tag that its path names. It prints a `ServingMessage` as JSON for each event.
 */
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { resolveSettings } from "../../src/config/resolve-settings.ts";
import { proxyHandler } from "../../src/server/proxy-handler.ts";
import { systemClock } from "../../src/time/clock.ts";
import { filledEngine } from "./filled-engine.ts";
import type { Assignment, ServingMessage } from "./message.ts";
import { nowMs, TimedTimers } from "./timed-timers.ts";

const assignment = JSON.parse(process.argv[2] ?? "{}") as Assignment;
const timers = new TimedTimers();
const { engine, lab } = await filledEngine(assignment.runtime, { ...assignment, practises: true }, timers);
const runtime = await lab.runtime();
const { limits } = resolveSettings({});
const anyPort = { hostname: "127.0.0.1", port: 0, limits };
const handler = proxyHandler({ engine, hosts: [], clock: systemClock, onRejected: undefined });
const { port } = await runtime.listen(anyPort, handler);
const { port: controlPort } = await runtime.listen(anyPort, async ({ url }) => {
  await purge(new URL(url).pathname.slice(1));
  return new Response("purged");
});
tell({ kind: "listening", port, controlPort });

/** Resolves with the acknowledgement; tells later that the memory is given back. */
async function purge(tag: string): Promise<void> {
  timers.reset();
  const start = nowMs();
  await engine.purge({ tags: [tag] });
  const acknowledgedAt = nowMs();
  void reclaimed().then(() => {
    const { busy, longest } = timers;
    const acknowledged = acknowledgedAt - start;
    tell({ kind: "reclaimed", acknowledged, took: nowMs() - acknowledgedAt, busy, longestSlice: longest });
  });
}

/** Resolves once nothing purged is held any more. */
async function reclaimed(): Promise<void> {
  while (engine.stats.purging.reclaiming > 0) await setTimeout(20);
}

function tell(message: ServingMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
