import type { Milliseconds } from "../time/clock.ts";

/** Upper bounds of the histogram of waits, in milliseconds. */
export const WAIT_BOUNDS: readonly Milliseconds[] = [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, Infinity];

/** What became of concurrent requests so far, and what is under way now. */
export interface CoalescingStats {
  /** Fetches for the store begun so far, and those in the air now. */
  readonly flights: number;
  readonly flightsNow: number;
  /** Requests that have waited for somebody else's fetch, and those that wait now. */
  readonly waiters: number;
  readonly waitersNow: number;
  /** How many waits ended within each of `WAIT_BOUNDS` and not within the one before. */
  readonly waits: readonly number[];
  /** Requests answered from a fetch that was not theirs. */
  readonly shares: number;
  /** Waiters for whom the answer was another variant, and who went on with that known. */
  readonly rebuckets: number;
  /** Waiters sent to the origin for an answer of their own. */
  readonly releases: number;
  /** Waiters who gave up waiting, and fetches made for them. */
  readonly gaveUp: number;
  readonly hedges: number;
  /** Failed fetches that another waiter was allowed to try once more. */
  readonly reelections: number;
  /** Fetches begun because it was unknown on what the answer depends, and those that turned out needless. */
  readonly speculative: number;
  readonly wasted: number;
  /** Bodies that went on after their origin broke off: from there, or from the beginning. */
  readonly resumes: number;
  readonly restarts: number;
  /** Readers too slow for the others. */
  readonly leftBehind: number;
  /** Bytes of bodies that are still arriving. */
  readonly bytesInFlight: number;
  /** Memory taken by what is remembered of keys and routes. */
  readonly bytesRemembered: number;
}

type Now = Pick<CoalescingStats, "flightsNow" | "bytesInFlight" | "bytesRemembered">;

type Counter = Exclude<keyof CoalescingStats, keyof Now | "waitersNow" | "waits">;

/** Counts what `CoalescingStats` tells. */
export class CoalescingCounters {
  readonly #counts: Record<Counter, number> = {
    ...{ flights: 0, waiters: 0, shares: 0, rebuckets: 0, releases: 0, gaveUp: 0, hedges: 0, reelections: 0 },
    ...{ speculative: 0, wasted: 0, resumes: 0, restarts: 0, leftBehind: 0 },
  };
  readonly #waits: number[] = WAIT_BOUNDS.map(() => 0);
  #waitersNow = 0;

  add(counter: Counter, amount = 1): void {
    this.#counts[counter] += amount;
  }

  waitBegan(): void {
    this.add("waiters");
    this.#waitersNow++;
  }

  waitEnded(length: Milliseconds): void {
    this.#waitersNow--;
    const bucket = WAIT_BOUNDS.findIndex((bound) => length <= bound);
    this.#waits[bucket] = (this.#waits[bucket] ?? 0) + 1;
  }

  snapshot(now: Now): CoalescingStats {
    return { ...this.#counts, waitersNow: this.#waitersNow, waits: [...this.#waits], ...now };
  }
}
