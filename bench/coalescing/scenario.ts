import type { Judgement } from "./judge.ts";
import type { OriginHandle } from "./origin-handle.ts";

/** One contender, newly started and warm, before an origin that has forgotten everything. */
export interface Stage {
  readonly port: number;
  /** Of the process, or of the one whose children do the work. */
  readonly pid: number;
  readonly origin: OriginHandle;
  /** A directory nobody has asked for yet; without slashes. */
  newDirectory(): string;
}

/** One line of the table. */
export interface Row {
  readonly id: string;
  readonly title: string;
  /** What Lacquer is held to. */
  readonly bound: string;
}

/** What one contender made of one row. */
export interface Outcome {
  readonly facts: readonly string[];
  /** What the middle one of several rounds is chosen by. */
  readonly ms: number;
  /** Bounds that were missed and that no round may miss. */
  readonly misses: readonly string[];
  /** Bounds of time that were missed; the middle round counts. */
  readonly late: readonly string[];
}

/** Rows that are measured on one start of a contender. */
export interface Scenario {
  /** Number in the list. */
  readonly point: number;
  readonly rows: readonly Row[];
  /** One outcome for each row, in their order. */
  play(stage: Stage): Promise<readonly Outcome[]>;
}

export interface Measured {
  readonly requests: number;
  readonly wallMs: number;
  readonly judgement: Judgement;
}

/** The outcome of most rows: all must be right, and neither too many requests nor too late. */
export function commonOutcome(measured: Measured, limits: { requests: number; wallMs?: number }): Outcome {
  return {
    facts: commonFacts(measured),
    ms: measured.wallMs,
    misses: [
      ...atMost("origin requests", measured.requests, limits.requests),
      ...exactly("wrong answers", measured.judgement.wrong, 0),
      ...exactly("failed answers", measured.judgement.failed, 0),
    ],
    late: atMost("ms", measured.wallMs, limits.wallMs ?? Infinity),
  };
}

function commonFacts({ requests, wallMs, judgement: { wrong, failed } }: Measured): string[] {
  return [
    `${requests} req`,
    `${wallMs.toFixed(0)} ms`,
    ...(wrong > 0 ? [`${wrong} WRONG`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
}

export function atMost(what: string, value: number, limit: number): string[] {
  return value <= limit ? [] : [`${Math.round(value)} ${what}, at most ${limit}`];
}

export function exactly(what: string, value: number, wanted: number): string[] {
  return value === wanted ? [] : [`${value} ${what}, not ${wanted}`];
}

/** `count` things made from their number. */
export function times<Item>(count: number, make: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
