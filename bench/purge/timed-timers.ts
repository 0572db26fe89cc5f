import process from "node:process";
import type { Milliseconds } from "../../src/time/clock.ts";
import { type CancelTimer, systemTimers, type Timers } from "../../src/time/timers.ts";

/** The timers of the machine, which tell how long their tasks take. While nothing else goes on, those are reclaiming. */
export class TimedTimers implements Timers {
  /** All tasks together. */
  busy: Milliseconds = 0;
  longest: Milliseconds = 0;

  after(delay: Milliseconds, task: () => void): CancelTimer {
    return systemTimers.after(delay, () => {
      const start = nowMs();
      task();
      const took = nowMs() - start;
      this.busy += took;
      if (took > this.longest) this.longest = took;
    });
  }

  /** Counts from here on. */
  reset(): void {
    this.busy = 0;
    this.longest = 0;
  }
}

/** Milliseconds of a clock with many digits on every runtime. */
export function nowMs(): Milliseconds {
  return Number(process.hrtime.bigint()) / 1e6;
}
