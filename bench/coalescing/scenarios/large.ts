import { PatternReader } from "../pattern-reader.ts";
import { HEADERS_AFTER_MS, sharedNow } from "../plan.ts";
import { residentBytes } from "../proc.ts";
import { atMost, type Outcome, type Scenario, type Stage, times } from "../scenario.ts";

const MIB = 1024 * 1024;
const SIZE = 512 * MIB;
const STALL_AT = 64 * 1024;
const STALLED = 7;
/** For how long a reader that stands still may hold up the others. */
const LAGGARD_LIMIT_MS = 1000;
const SAMPLE_EVERY_MS = 50;

interface Run {
  /** From the origin's header fields to the last byte. */
  readonly bodyMs: number;
  readonly isWhole: boolean;
  /** Most memory that the contender held beyond what it had before. */
  readonly growth: number;
}

export const large: Scenario = {
  point: 8,
  rows: [
    { id: "8a", title: "8 readers of 512 MiB, 7 stalled: memory", bound: "+64 MiB" },
    { id: "8b", title: "8a: speed of the one that reads", bound: "80 % of the lone speed, but for 1 s" },
  ],
  async play(stage) {
    const directory = stage.newDirectory();
    const fields = { "Cache-Control": "max-age=60", "ETag": '"v1"', "Accept-Ranges": "bytes" };
    await stage.origin.plan(directory, { fields, body: { kind: "pattern", size: SIZE } });
    await readToEnd(stage, `/${directory}/warm-up`);
    const lone = await readToEnd(stage, `/${directory}/lone`);
    const path = `/${directory}/crowd`;
    const before = await residentBytes(stage.pid);
    const stalled = await Promise.all(
      times(STALLED, () => PatternReader.start(stage.port, path, { stallAt: STALL_AT })),
    );
    try {
      const crowded = await readToEnd(stage, path, before);
      const { requests } = await stage.origin.seen(path);
      return [memory(requests, lone, crowded), speed(lone, crowded, await finish(stalled[0]))];
    } finally {
      for (const reader of stalled) reader.close();
    }
  },
};

/** Reads everything as fast as it comes. */
async function readToEnd(stage: Stage, path: string, before?: number): Promise<Run> {
  const memory = await MemoryWatch.start(stage.pid, before);
  const reader = await PatternReader.start(stage.port, path);
  const ended = await reader.ended;
  const bodyMs = sharedNow() - reader.startedAt - HEADERS_AFTER_MS;
  reader.close();
  return { bodyMs, isWhole: ended === "complete" && isWhole(reader), growth: await memory.stop() };
}

type LaggardEnd = "whole" | "broken off" | "WRONG";

/** Lets a stalled reader go on: it must get the rest, or see that it does not. */
async function finish(laggard: PatternReader | undefined): Promise<LaggardEnd> {
  if (laggard === undefined) return "WRONG";
  laggard.resume();
  const ended = await laggard.ended;
  if (!laggard.isRight) return "WRONG";
  if (ended === "broken") return "broken off";
  return isWhole(laggard) ? "whole" : "WRONG";
}

function isWhole({ position, isRight }: PatternReader): boolean {
  return isRight && position === SIZE;
}

function memory(requests: number, lone: Run, crowded: Run): Outcome {
  return {
    facts: [`${requests} req`, `+${mib(crowded.growth)} MiB (lone +${mib(lone.growth)})`],
    ms: 0,
    misses: atMost("MiB more memory", crowded.growth / MIB, 64),
    late: [],
  };
}

function speed(lone: Run, crowded: Run, laggard: LaggardEnd): Outcome {
  const afterLimit = Math.max(0, crowded.bodyMs - LAGGARD_LIMIT_MS);
  const isWhole = lone.isWhole && crowded.isWhole;
  return {
    facts: [
      `${rate(crowded.bodyMs)} of ${rate(lone.bodyMs)} MiB/s`,
      ...(isWhole ? [] : ["NOT whole"]),
      `laggard ${laggard}`,
    ],
    misses: [
      ...(isWhole ? [] : ["the fast reader did not get everything"]),
      ...(laggard === "WRONG" ? ["a stalled reader was told that its body was whole, or got other bytes"] : []),
    ],
    ms: crowded.bodyMs,
    late: atMost("% of the lone time, the wait for laggards apart", 100 * afterLimit / lone.bodyMs, 125),
  };
}

function mib(bytes: number): string {
  return (bytes / MIB).toFixed(0);
}

function rate(bodyMs: number): string {
  return (SIZE / MIB / bodyMs * 1000).toFixed(0);
}

/** Looks again and again at how much memory a process holds. */
class MemoryWatch {
  readonly #pid: number;
  readonly #before: number;
  #most = 0;
  readonly #timer: NodeJS.Timeout;

  private constructor(pid: number, before: number) {
    this.#pid = pid;
    this.#before = before;
    this.#timer = setInterval(() => void this.#look(), SAMPLE_EVERY_MS);
  }

  static async start(pid: number, before?: number): Promise<MemoryWatch> {
    return new MemoryWatch(pid, before ?? await residentBytes(pid));
  }

  /** The most it grew by. */
  async stop(): Promise<number> {
    clearInterval(this.#timer);
    await this.#look();
    return Math.max(0, this.#most - this.#before);
  }

  async #look(): Promise<void> {
    this.#most = Math.max(this.#most, await residentBytes(this.#pid));
  }
}
