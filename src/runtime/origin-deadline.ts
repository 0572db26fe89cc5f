import type { OriginFailure } from "../origin/origin-error.ts";
import { type Milliseconds, type MonotonicMs, systemClock } from "../time/clock.ts";
import { type CancelTimer, systemTimers } from "../time/timers.ts";

/** Longest delay a timer of any runtime takes; a later deadline is reached in several steps. */
const MAX_DELAY: Milliseconds = 2 ** 31 - 1;

/**
 * The time limits of one exchange, on one timer. Moving a deadline further away, which every chunk of a body does,
 * only writes a number: the timer compares it with the clock when it fires, and is armed again for what is left.
 */
export class Deadline {
  readonly #onExpire: (failure: OriginFailure) => void;
  readonly #totalAt: MonotonicMs;
  #failure: OriginFailure = "total-timeout";
  #dueAt: MonotonicMs = Infinity;
  #armedFor: MonotonicMs = Infinity;
  #cancelTimer: CancelTimer | undefined;

  /** Calls `onExpire` at most once, at `totalAt` or when what `expect()` announced does not come. */
  constructor(totalAt: MonotonicMs, onExpire: (failure: OriginFailure) => void) {
    this.#totalAt = totalAt;
    this.#onExpire = onExpire;
  }

  /** Starts the next limit in place of the one before; 0 is none. */
  expect(failure: OriginFailure, within: Milliseconds): void {
    this.#failure = failure;
    this.#dueAt = within > 0 ? systemClock.monotonic() + within : Infinity;
    if (Math.min(this.#dueAt, this.#totalAt) < this.#armedFor) this.#arm();
  }

  /** Waits for nobody but the total limit, until the next `expect()`. */
  suspend(): void {
    this.#dueAt = Infinity;
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #arm(): void {
    this.#cancelTimer?.();
    this.#armedFor = Math.min(this.#dueAt, this.#totalAt);
    if (this.#armedFor === Infinity) return;
    const delay = Math.min(MAX_DELAY, Math.max(1, Math.ceil(this.#armedFor - systemClock.monotonic())));
    this.#cancelTimer = systemTimers.after(delay, () => this.#fire());
  }

  #fire(): void {
    const now = systemClock.monotonic();
    if (now >= this.#totalAt) return this.#onExpire("total-timeout");
    if (now >= this.#dueAt) return this.#onExpire(this.#failure);
    this.#arm();
  }
}
