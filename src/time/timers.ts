import type { Milliseconds } from "./clock.ts";

/** Forgets a timer. Harmless when it has already fired. */
export type CancelTimer = () => void;

/** Where delayed work is scheduled, so that a test can turn time by hand. */
export interface Timers {
  /** Calls `task` once, `delay` milliseconds from now. */
  after(delay: Milliseconds, task: () => void): CancelTimer;
}

/** The timers of the machine. */
export const systemTimers: Timers = {
  after(delay, task) {
    const handle = setTimeout(task, delay);
    return () => clearTimeout(handle);
  },
};
