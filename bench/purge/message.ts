import type { Milliseconds } from "../../src/time/clock.ts";
import type { RuntimeName } from "../support/lacquer.ts";

/** What a measuring process is told, as its one argument. */
export interface Assignment {
  readonly runtime: RuntimeName;
  /** How many responses are stored. */
  readonly stored: number;
}

/** What a purge may name. */
export const COST_KINDS = ["tag", "URL", "prefix", "host", "ban", "all, softly"] as const;
export type CostKind = (typeof COST_KINDS)[number];

/** Times from a call until its promise resolves. */
export interface CallTimes {
  readonly median: Milliseconds;
  readonly worst: Milliseconds;
}

/** What purges cost with so many responses stored. */
export interface CostFinding extends Assignment {
  /** Of purges that cover nothing, so that no memory has to be given back between them. */
  readonly kinds: Readonly<Record<CostKind, CallTimes>>;
  /** Of the one purge of the tag that all have. */
  readonly commonTag: Milliseconds;
  /** Of the one purge of everything. */
  readonly all: Milliseconds;
}

/** How the memory of everything was given back while nothing else went on. */
export interface AloneFinding extends Assignment {
  readonly acknowledged: Milliseconds;
  /** Longest time between two turns of the event loop, before anything is purged. */
  readonly longestBefore: Milliseconds;
  /** The same from the purge on until all is given back. */
  readonly longestBlock: Milliseconds;
  /** From the acknowledgement until nothing is stored any more. */
  readonly took: Milliseconds;
  /** In slices of reclaiming, all together. */
  readonly busy: Milliseconds;
  readonly longestSlice: Milliseconds;
}

/** What a serving process says, one line each. */
export type ServingMessage =
  /** It is full, and serves `/page` on one port; a request on the other purges the tag that its path names. */
  | { readonly kind: "listening"; readonly port: number; readonly controlPort: number }
  /** The memory of a purge has been given back. */
  | { readonly kind: "reclaimed" };

/** How a serving process answers on its control port. */
export interface PurgeAnswer {
  /** Until the purge was acknowledged. */
  readonly acknowledged: Milliseconds;
}
