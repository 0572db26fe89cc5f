import type { Clock, EpochMs, Milliseconds, MonotonicMs } from "../../src/time/clock.ts";
import type { CancelTimer, Timers } from "../../src/time/timers.ts";

interface Task {
  readonly due: MonotonicMs;
  readonly run: () => void;
}

/** A clock and timers turned by hand. Nothing happens between two calls of `advance()`. */
export class ManualClock implements Clock, Timers {
  readonly #tasks = new Set<Task>();
  #monotonic: MonotonicMs = 0;
  #wallTime: EpochMs;

  constructor(startEpochMs: EpochMs = Date.UTC(2026, 0, 1)) {
    this.#wallTime = startEpochMs;
  }

  wallTime(): EpochMs {
    return this.#wallTime;
  }

  monotonic(): MonotonicMs {
    return this.#monotonic;
  }

  /** How many tasks wait. */
  get waiting(): number {
    return this.#tasks.size;
  }

  after(delay: Milliseconds, run: () => void): CancelTimer {
    const task: Task = { due: this.#monotonic + Math.max(0, delay), run };
    this.#tasks.add(task);
    return () => void this.#tasks.delete(task);
  }

  /**
   * Lets `ms` milliseconds pass on both clocks. Tasks fire in the order of their moments, each with the clocks at its
   * own moment; one that schedules another inside the span sees that fire too. Promises settle only after the call.
   */
  advance(ms: Milliseconds): void {
    const end = this.#monotonic + ms;
    for (let task = this.#next(end); task !== undefined; task = this.#next(end)) {
      this.#tasks.delete(task);
      this.#turnTo(task.due);
      task.run();
    }
    this.#turnTo(end);
  }

  /** Sets the wall clock forward, or back where `ms` is negative, as an administrator or NTP would. No timer notices. */
  stepWall(ms: Milliseconds): void {
    this.#wallTime += ms;
  }

  /** The earliest task due by `end`; among equals the one scheduled first. */
  #next(end: MonotonicMs): Task | undefined {
    let next: Task | undefined;
    for (const task of this.#tasks) {
      if (task.due <= end && (next === undefined || task.due < next.due)) next = task;
    }
    return next;
  }

  #turnTo(moment: MonotonicMs): void {
    this.#wallTime += moment - this.#monotonic;
    this.#monotonic = moment;
  }
}
