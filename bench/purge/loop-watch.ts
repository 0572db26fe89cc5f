import { setImmediate } from "node:timers";
import type { Milliseconds } from "../../src/time/clock.ts";
import { nowMs } from "./timed-timers.ts";

/** Tells the longest time between two turns of the event loop, which it keeps turning. */
export class LoopWatch {
  #longest: Milliseconds = 0;
  #last = nowMs();
  #isOver = false;

  constructor() {
    this.#turn();
  }

  /** Ends it. */
  stop(): Milliseconds {
    this.#isOver = true;
    return Math.max(this.#longest, nowMs() - this.#last);
  }

  #turn(): void {
    setImmediate(() => {
      const now = nowMs();
      this.#longest = Math.max(this.#longest, now - this.#last);
      this.#last = now;
      if (!this.#isOver) this.#turn();
    });
  }
}
