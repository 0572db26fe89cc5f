import type { ContenderName } from "./contender.ts";
import type { Failed, Measured } from "./figures.ts";
import type { Scenario, Track } from "./scenario.ts";
import { Server, type Surroundings } from "./server.ts";
import type { Loaded } from "./wrk.ts";

export interface PlayOptions extends Surroundings {
  readonly contenders: readonly ContenderName[];
  readonly rounds: number;
}

export interface Played {
  readonly measured: readonly Measured[];
  /** What did not work as it must, and is therefore not measured. */
  readonly failed: readonly Failed[];
}

/** One contender on one track, and what came of it. */
interface Entry {
  readonly contender: ContenderName;
  readonly track: Track;
  readonly loaded: Loaded[];
  server?: Server;
  failure?: string;
}

/** Measures all contenders that take part in a scenario, round by round. */
export async function play(scenario: Scenario, options: PlayOptions): Promise<Played> {
  const entries = scenario.tracks.flatMap((track) =>
    track.contenders.filter((name) => options.contenders.includes(name))
      .map((contender): Entry => ({ contender, track, loaded: [] }))
  );
  const groups = scenario.isHeavy ? entries.map((entry) => [entry]) : [entries];
  for (const group of groups) await playGroup(scenario, group, options);
  const results = entries.map((entry) => resultOf(scenario, entry));
  return {
    measured: results.filter((result) => "rates" in result),
    failed: results.filter((result) => "reason" in result),
  };
}

/** Interleaved, so that what the machine does besides strikes all alike. All are there all the time, but idle. */
async function playGroup(scenario: Scenario, entries: readonly Entry[], options: PlayOptions): Promise<void> {
  try {
    await Promise.all(entries.map((entry) =>
      attempt(entry, async () => {
        entry.server = await Server.start(entry.contender, entry.track, options);
      })
    ));
    for (const entry of entries) await attempt(entry, () => entry.server!.prepare());
    for (let round = 1; round <= options.rounds; round++) {
      process.stderr.write(`${scenario.name}: round ${round} of ${options.rounds}\n`);
      for (const entry of entries) {
        await attempt(entry, async () => void entry.loaded.push(await entry.server!.measure()));
      }
    }
  } finally {
    await Promise.all(entries.map(({ server }) => server?.stop()));
  }
}

/** What fails is told and takes part no more, so that the others are still measured. */
async function attempt(entry: Entry, work: () => Promise<void>): Promise<void> {
  if (entry.failure !== undefined) return;
  try {
    await work();
  } catch (error) {
    entry.failure = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${entry.contender} is left out: ${entry.failure}\n`);
  }
}

function resultOf({ name }: Scenario, { contender, track, loaded, failure }: Entry): Measured | Failed {
  const place = { scenario: name, contender, mark: track.mark };
  if (failure !== undefined) return { ...place, reason: failure };
  return {
    ...place,
    rates: loaded.map(({ rate }) => rate),
    p50s: loaded.map(({ p50 }) => p50),
    p99s: loaded.map(({ p99 }) => p99),
    busy: loaded.map(({ busy }) => busy),
    own: loaded.map(({ own }) => own),
  };
}
