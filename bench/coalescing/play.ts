import type { ChildProcess } from "node:child_process";
import { freePort, ready } from "../support/ports.ts";
import type { Workplace } from "../support/workplace.ts";
import type { Contender } from "./contenders.ts";
import { ask } from "./crowd.ts";
import type { OriginHandle } from "./origin-handle.ts";
import { type Outcome, type Scenario, times } from "./scenario.ts";

export interface Surroundings {
  readonly workplace: Workplace;
  readonly origin: OriginHandle;
  readonly rounds: number;
}

/** Directories of requests that warm a contender: those whose answers are stored, and those that are private. */
const WARM = { shared: "warm", own: "warm-own" } as const;
/**
 * Requests in each of them, every one for a path of its own, after which a proxy has met its code and has connections
 * to its origin, and a runtime has compiled what is used most.
 */
const WARM_REQUESTS = 200;
const WARM_ROUNDS = 5;
const PRACTICE_ROUNDS = 5;
let directories = 0;

/** Plays a scenario several times. Of each row the middle round by time is taken, with what any round got wrong. */
export async function playRounds(
  scenario: Scenario,
  contender: Contender,
  surroundings: Surroundings,
): Promise<readonly Outcome[]> {
  const rounds: (readonly Outcome[])[] = [];
  for (let round = 0; round < surroundings.rounds; round++) rounds.push(await play(scenario, contender, surroundings));
  return scenario.rows.map((_, row) => middle(rounds.map((outcomes) => outcomes[row]!)));
}

function middle(outcomes: readonly Outcome[]): Outcome {
  const chosen = outcomes.toSorted((a, b) => a.ms - b.ms)[Math.floor(outcomes.length / 2)]!;
  return { ...chosen, misses: [...new Set(outcomes.flatMap(({ misses }) => misses))] };
}

/**
 * Starts a contender before an empty origin, warms it, plays the scenario and ends it. What fails is an outcome too, so
 * that the other rows are still measured.
 */
async function play(
  scenario: Scenario,
  contender: Contender,
  { workplace, origin }: Surroundings,
): Promise<readonly Outcome[]> {
  process.stderr.write(`${scenario.rows.map(({ id }) => id).join(" ")}: ${contender.title}\n`);
  const port = await freePort();
  const child = await contender.start(workplace, { port, originPort: await origin.stage() });
  try {
    await Promise.race([warm(port, origin), endOf(child)]);
    const newDirectory = (): string => `directory-${directories++}`;
    return await scenario.play({ port, pid: child.pid ?? 0, origin, newDirectory });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return scenario.rows.map(() => ({ facts: ["not measured"], ms: Infinity, misses: [message], late: [] }));
  } finally {
    await workplace.stop(child);
  }
}

/** Asks the origin itself a few times, so that the first contender does not pay for a benchmark that is cold. */
export async function practise(origin: OriginHandle): Promise<void> {
  const port = await origin.stage();
  for (let round = 0; round < PRACTICE_ROUNDS; round++) await warm(port, origin);
}

/** Rejects when it ends by itself, as a proxy does that is not installed. */
function endOf(child: ChildProcess): Promise<never> {
  return new Promise((_, reject) =>
    child.once("exit", (code) => reject(new Error(`Cannot measure: it ended with ${code}`)))
  );
}

/** The same for all, in directories of their own, and nothing that could be shared or varies. */
async function warm(port: number, origin: OriginHandle): Promise<void> {
  const body = { kind: "named" } as const;
  await origin.plan(WARM.shared, { fields: { "Cache-Control": "max-age=60" }, body, delayMs: 0 });
  await origin.plan(WARM.own, { fields: { "Cache-Control": "private" }, body, delayMs: 0 });
  await ready(`http://127.0.0.1:${port}/${WARM.shared}/ready`, async (response) => {
    await response.text();
    return response.ok;
  });
  for (let round = 0; round < WARM_ROUNDS; round++) {
    for (const directory of [WARM.shared, WARM.own]) {
      await ask(times(WARM_REQUESTS, (index) => ({ path: `/${directory}/${round}-${index}` })), { port });
    }
  }
}
