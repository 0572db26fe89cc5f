import { Judge, type Reading, type Seen, type Violation } from "./judge.ts";
import { type KeyTraits, keyTraits } from "./keys.ts";
import { VersionedOrigin } from "./origin.ts";
import { WRITE_KINDS, type WriteKind } from "./plan.ts";
import { Receipts } from "./receipts.ts";

export interface RunCounts {
  /** Answered requests of readers. */
  requests: number;
  hits: number;
  collapsed: number;
  left: number;
  /** Purges that were refused because there were too many. */
  refused: number;
  violations: number;
  readonly acknowledged: Record<WriteKind, number>;
}

/** More of these are counted only. */
const KEPT_VIOLATIONS = 3;
const KEPT_FAULTS = 5;

/** What readers, writers and the origin of one run have in common: its clock, its judge and its counts. */
export class Run {
  readonly seed: number;
  readonly traits: readonly KeyTraits[];
  readonly judge = new Judge();
  readonly receipts = new Receipts();
  readonly counts: RunCounts = {
    requests: 0,
    hits: 0,
    collapsed: 0,
    left: 0,
    refused: 0,
    violations: 0,
    acknowledged: Object.fromEntries(WRITE_KINDS.map((kind) => [kind, 0])) as Record<WriteKind, number>,
  };
  /** The first ones. */
  readonly violations: Violation[] = [];
  /** What else must not be, the first ones: errors, bytes of two versions in one body, numbers that do not rise. */
  readonly faults: string[] = [];
  faultCount = 0;
  /** Set when the time is up. */
  isOver = false;
  /** How often the cache was killed so far. */
  kills = 0;
  /** Changes with each kill and with each start after it. */
  life = 0;
  /** Set while there is nobody to ask. */
  isDown = false;
  readonly #startedAt = performance.now();
  #origin: VersionedOrigin | undefined;

  private constructor(seed: number, keys: number) {
    this.seed = seed;
    this.traits = keyTraits(keys);
  }

  /** A run whose origin listens. */
  static async open(seed: number, keys: number): Promise<Run> {
    const run = new Run(seed, keys);
    const onEvent = (key: number, text: string) => run.judge.note(key, run.now(), text);
    run.#origin = await VersionedOrigin.start({ seed, traits: run.traits, onEvent });
    return run;
  }

  get origin(): VersionedOrigin {
    return this.#origin!;
  }

  /** Milliseconds since the run began, by a clock that only runs forward. */
  now(): number {
    return performance.now() - this.#startedAt;
  }

  /** Judges what a reader got, and keeps it if it is a violation. */
  see(reading: Reading, seen: Omit<Seen, "at">): void {
    const violation = this.judge.see(reading, { ...seen, at: this.now() });
    if (violation !== undefined && ++this.counts.violations <= KEPT_VIOLATIONS) this.violations.push(violation);
    if (seen.version > this.origin.version(reading.key)) {
      this.fault(`key ${reading.key} has no version ${seen.version} yet (${seen.how})`);
    }
  }

  /** Keeps a failure of something that began in a life of the cache, unless that life is over. */
  failed(life: number, text: string): void {
    if (!this.isDown && life === this.life) this.fault(text);
  }

  /** Keeps what must not be. */
  fault(text: string): void {
    if (++this.faultCount <= KEPT_FAULTS) this.faults.push(`${this.now().toFixed(2)} ms: ${text}`);
  }
}
