import type { ContenderName } from "./contender.ts";

/** All that a run has measured: what tables and pictures are made of, and what `--json` keeps. */
export interface Figures {
  /** Machine and versions, in lines. */
  readonly machine: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  readonly scenarios: readonly { readonly name: string; readonly title: string }[];
  readonly measured: readonly Measured[];
  readonly failed: readonly Failed[];
}

/** Which track of which scenario on which contender. */
export interface Place {
  readonly scenario: string;
  readonly contender: ContenderName;
  /** Empty for the track that the scenario is about. */
  readonly mark: string;
}

export interface Measured extends Place {
  /** Requests per second of each round, in order. */
  readonly rates: readonly number[];
  /** Microseconds, of each round. */
  readonly p50s: readonly number[];
  readonly p99s: readonly number[];
  /** Share of each round that its core was busy, and busy with it. */
  readonly busy: readonly number[];
  readonly own: readonly number[];
}

export interface Failed extends Place {
  readonly reason: string;
}

export function isAt(one: Place, other: Place): boolean {
  return one.scenario === other.scenario && one.contender === other.contender && one.mark === other.mark;
}
