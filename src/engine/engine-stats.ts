import type { Sequence } from "../invalidation/epochs.ts";
import type { CoalescingStats } from "./coalescing-counters.ts";

/** The figures of an engine at one moment. */
export interface EngineStats {
  /** Responses stored. */
  readonly size: number;
  /** Memory in use and its bound, in bytes. */
  readonly bytes: number;
  readonly limit: number;
  /** Fetches in the air. */
  readonly fetching: number;
  readonly coalescing: CoalescingStats;
  readonly purging: PurgingStats;
}

/** What is left to do for purges. */
export interface PurgingStats {
  /** The place of the latest purge in the order of all. */
  readonly sequence: Sequence;
  /** Scopes and bans that something stored or on its way may still have to be told of. */
  readonly scopes: number;
  readonly bans: number;
  /** Stored responses that are still to be looked at, for their memory to be given back: at most so many. */
  readonly reclaiming: number;
}
