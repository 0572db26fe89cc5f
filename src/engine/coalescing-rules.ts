import type { FillPolicy } from "../storage/fill-policy.ts";
import type { Milliseconds } from "../time/clock.ts";
import type { RouteRule } from "./routes.ts";

/** How requests for the same thing wait for each other. */
export interface CoalescingRules {
  /** What is known of routes beforehand; the first whose path matches counts. */
  readonly routes: readonly RouteRule[];
  /** Nobody waits longer for somebody else's response headers. Usually less: three times what 95 of 100 take. */
  readonly maxWait: Milliseconds;
  /** Fetches of one key at once while it is unknown on which request fields its answer depends. */
  readonly maxSpeculative: number;
  /**
   * Whether those who waited share a response with `no-cache`. It was made while they waited, but they have not had it
   * validated, as RFC 9111 §5.2.2.4 asks for each.
   */
  readonly shareNoCache: boolean;
  /** For how long nobody waits for a key whose answer could not be shared. */
  readonly hitForMiss: Milliseconds;
  /** A range waits for a body under way if it begins no further than this behind what has arrived, in bytes. */
  readonly lookAhead: number;
  /** How long one reader may hold up the others of a body that is not stored. */
  readonly laggardLimit: Milliseconds;
  /** When a fetch goes on that nobody reads any more. */
  readonly fill: FillPolicy;
}

export const DEFAULT_COALESCING: CoalescingRules = {
  routes: [],
  maxWait: 5_000,
  maxSpeculative: 4,
  shareNoCache: false,
  hitForMiss: 120_000,
  lookAhead: 1024 * 1024,
  laggardLimit: 1_000,
  fill: { bytesLeft: 4 * 1024 * 1024, share: 0.5 },
};
