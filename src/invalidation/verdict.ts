import type { MonotonicMs } from "../time/clock.ts";

/** What purges have made of a response. */
export interface Verdict {
  /** Whether nobody may have it any more. */
  readonly dead: boolean;
  /** Since when it is stale, whatever its lifetime says; `undefined` where no purge has made it so. */
  readonly staleSince: MonotonicMs | undefined;
}

export const UNTOUCHED: Verdict = { dead: false, staleSince: undefined };
export const DEAD: Verdict = { dead: true, staleSince: undefined };
