import type { Clock, Milliseconds, MonotonicMs } from "../time/clock.ts";

/** Patience that comes back for each millisecond in which nobody tries it. */
const RECOVERY = 0.1;

/**
 * How long the fast readers of a body still wait for the slow ones. It comes back slowly, so that a slow reader who
 * moves on a little all the time costs the others a tenth of their speed, and not more.
 */
export class Patience {
  readonly #limit: Milliseconds;
  readonly #clock: Clock;
  #left: Milliseconds;
  #since: MonotonicMs;
  #isTried = false;

  constructor(limit: Milliseconds, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
    this.#left = limit;
    this.#since = clock.monotonic();
  }

  get left(): Milliseconds {
    const passed = this.#clock.monotonic() - this.#since;
    if (this.#isTried) return Math.max(0, this.#left - passed);
    return Math.min(this.#limit, this.#left + passed * RECOVERY);
  }

  /** Somebody waits for the slow ones from now on, or nobody does. */
  try(isTried: boolean): void {
    if (isTried === this.#isTried) return;
    this.#left = this.left;
    this.#since = this.#clock.monotonic();
    this.#isTried = isTried;
  }
}
