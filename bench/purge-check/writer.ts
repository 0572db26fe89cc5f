import { setTimeout as sleep } from "node:timers/promises";
import { header } from "../../test/support/raw-client.ts";
import { Client } from "./client.ts";
import type { WriteStep } from "./plan.ts";
import { describeOrder, type PurgeOrder, purgeOrder } from "./purge-order.ts";
import type { Run } from "./run.ts";
import type { Target } from "./target.ts";

/** Takes steps until the run is over: makes a new version and purges the old one, or has a POST do both. */
export async function write(run: Run, target: Target, steps: Iterable<WriteStep>): Promise<void> {
  for (const step of steps) {
    await sleep(step.pause);
    if (run.isOver) break;
    const { kind } = step;
    if (kind === "post") await post(run, target.port, step);
    else await purge(run, target, { ...step, kind });
  }
}

async function purge(run: Run, target: Target, step: WriteStep & { kind: PurgeOrder["kind"] }): Promise<void> {
  const order = purgeOrder(step, { traits: run.traits, authority: `127.0.0.1:${target.port}` });
  const by = describeOrder(order);
  const version = run.origin.bump(step.key);
  run.judge.note(step.key, run.now(), `version ${version} made; asked for ${by}`);
  const covered = coveredBy(order).map((key) => ({ key, version: run.origin.version(key) }));
  const sequenceBefore = run.receipts.start();
  const { life } = run;
  try {
    const answer = await target.purge(order);
    if (answer.kind === "refused") return void run.counts.refused++;
    run.counts.acknowledged[step.kind]++;
    const at = run.now();
    for (const { key, version } of covered) run.judge.acknowledge(key, { version, at, by });
    const wrong = answer.sequence === undefined ? undefined : run.receipts.take(sequenceBefore, answer.sequence);
    if (wrong !== undefined) run.fault(`${wrong}: ${by}`);
  } catch (error) {
    run.failed(life, `${by}: ${error instanceof Error ? error.message : error}`);
  }
}

/** After a soft purge a response may still be sent stale where it says so itself. */
function coveredBy({ covers, soft }: PurgeOrder): readonly number[] {
  return covers.filter(({ isSentStale }) => !soft || !isSentStale).map(({ key }) => key);
}

async function post(run: Run, port: number, { key }: WriteStep): Promise<void> {
  run.judge.note(key, run.now(), "POST");
  const { life } = run;
  const client = new Client(port);
  const answer = await client.ask({ method: "POST", path: run.traits[key]!.path, fields: {} });
  client.close();
  if (answer.kind !== "response" || answer.response.status !== 200) {
    const what = answer.kind === "response" ? `status ${answer.response.status}` : answer.kind;
    return run.failed(life, `a POST to key ${key} was not answered: ${what}`);
  }
  run.counts.acknowledged.post++;
  const version = Number(header(answer.response, "x-version"));
  run.judge.acknowledge(key, { version, at: run.now(), by: "the answer to a POST" });
}
