import { describeMachine } from "../support/machine.ts";
import { Workplace } from "../support/workplace.ts";
import type { ContenderName } from "./contender.ts";
import type { Figures } from "./figures.ts";
import { startOrigin } from "./origin.ts";
import { play, type Played } from "./play.ts";
import type { Scenario } from "./scenario.ts";

export interface PlayAllOptions {
  readonly contenders: readonly ContenderName[];
  readonly rounds: number;
  readonly seconds: number;
  readonly practice: number;
}

const PLACEMENT = "every contender on the first core, wrk and the origin on the second";
const COMMANDS = ["nginx", "varnishd", "haproxy", "wrk", "bun", "deno", "node"];

/** Measures scenarios one after another, and leaves nothing running. */
export async function playAll(scenarios: readonly Scenario[], options: PlayAllOptions): Promise<Figures> {
  const played: Played[] = [];
  const workplace = await Workplace.open({ inMemory: true });
  try {
    const originPort = await startOrigin(workplace);
    for (const scenario of scenarios) played.push(await play(scenario, { ...options, workplace, originPort }));
  } finally {
    await workplace.close();
  }
  return {
    machine: await describeMachine(PLACEMENT, COMMANDS),
    rounds: options.rounds,
    seconds: options.seconds,
    scenarios: scenarios.map(({ name, title }) => ({ name, title })),
    measured: played.flatMap(({ measured }) => measured),
    failed: played.flatMap(({ failed }) => failed),
  };
}
