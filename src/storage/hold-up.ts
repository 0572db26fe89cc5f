import type { Milliseconds } from "../time/clock.ts";
import type { CancelTimer, Timers } from "../time/timers.ts";
import type { Patience } from "./patience.ts";

/** How long a body is held up by its slowest readers, and what happens then. */
export interface HoldUpLimits {
  readonly timers: Timers;
  /** For readers who take nothing at all, whether others wait for them or not. */
  readonly stallLimit: Milliseconds;
  /** Of those who wait for them. */
  readonly patience: Patience;
  /** Called when those at this position have taken nothing for too long. */
  onStall(position: number): void;
  onImpatience(): void;
}

/** One time in which a body waits for its slowest readers: two clocks, that of the slow and that of the others. */
export class HoldUp {
  readonly #limits: HoldUpLimits;
  #position = -1;
  #cancelStall: CancelTimer | undefined;
  #cancelImpatience: CancelTimer | undefined;

  constructor(limits: HoldUpLimits) {
    this.#limits = limits;
  }

  /** Notes how things are: where the slowest reader is, and whether another has nothing to read because of it. */
  note(position: number, isAnyStarving: boolean): void {
    const { timers, stallLimit, onStall } = this.#limits;
    if (position !== this.#position) { // others who come, read on or leave give the slowest no more time
      this.#position = position;
      this.#cancelStall?.();
      this.#cancelStall = timers.after(stallLimit, () => onStall(position));
    }
    this.#tryPatience(isAnyStarving);
  }

  /** The slowest have caught up, or are gone. */
  end(): void {
    this.#cancelStall?.();
    this.#tryPatience(false);
  }

  #tryPatience(isTried: boolean): void {
    const { timers, patience, onImpatience } = this.#limits;
    patience.try(isTried);
    if (!isTried) {
      this.#cancelImpatience?.();
      this.#cancelImpatience = undefined;
    } else {
      this.#cancelImpatience ??= timers.after(patience.left, () => {
        this.#cancelImpatience = undefined; // a timer may be early, and is then set once more
        onImpatience();
      });
    }
  }
}
