import type { Milliseconds, MonotonicMs } from "../time/clock.ts";
import type { CancelTimer } from "../time/timers.ts";
import type { Quest } from "./answer-miss.ts";
import type { CacheRequest } from "./cache-request.ts";
import type { Flight } from "./flight.ts";

/** A request that waits for response headers: those of its own fetch, or of somebody else's. */
export class Waiter {
  readonly quest: Quest;
  /** Fetches that it waits for; its own among them, if it has one. */
  readonly rides: Flight[] = [];
  /** Whether it waits for any headers of its key, to learn from them what its own answer depends on. */
  isUndecided = false;
  /** Resolves to what it is settled with. */
  readonly answer: Promise<Response>;
  #resolve!: (answer: Response | Promise<Response>) => void;
  #reject!: (reason: unknown) => void;
  /** Asked for while the client is there, for not every listener tells of one that has gone already. */
  readonly #signal: AbortSignal | undefined;
  #isSettled = false;
  #others: Set<Waiter> | undefined;
  #since: MonotonicMs | undefined;
  #cancelTimer: CancelTimer | undefined;
  #onSettled: ((waitedSince: MonotonicMs) => void) | undefined;

  constructor(quest: Quest) {
    this.quest = quest;
    const { peer, source } = quest.request;
    if (peer.isGone === undefined) this.#signal = source.signal;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get request(): CacheRequest {
    return this.quest.request;
  }

  /** Whether it has its answer, or is on its way to one. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Whether its client has gone, so that nothing need be fetched for it. */
  get isAbandoned(): boolean {
    return this.#signal?.aborted ?? this.request.peer.isGone === true;
  }

  /** Whether it waits for headers that are still to come, those of `flight` apart. */
  ridesAnother(flight: Flight): boolean {
    return this.rides.some((other) => other !== flight && other.head === undefined);
  }

  /** Whether a fetch in the air, `flight` apart, was begun for it and will bring what is its own. */
  leadsAnother(flight: Flight): boolean {
    return this.rides.some((other) => other !== flight && other.head === undefined && other.caller === this);
  }

  /** Waits for none of the fetches that are in the air. */
  leaveOthers(): void {
    this.rides.length = 0;
    this.isUndecided = false;
    this.#others?.delete(this);
  }

  /** Is among those who wait for somebody else's fetch of their key, until it is settled. */
  waitAmong(others: Set<Waiter>): void {
    this.#others = others;
    others.add(this);
  }

  /** Notes that it waits for somebody else from now on, until it is settled. */
  follow(since: MonotonicMs, { cancelTimer, onSettled }: Following): void {
    this.#since = since;
    this.#cancelTimer = cancelTimer;
    this.#onSettled = onSettled;
  }

  /** Gives it what `answer` makes, which is made at once. Does nothing when it is settled already. */
  settle(answer: () => Response | Promise<Response>): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#others?.delete(this);
    this.#cancelTimer?.();
    if (this.#since !== undefined) this.#onSettled?.(this.#since);
    try {
      this.#resolve(answer());
    } catch (error) {
      this.#reject(error); // one that cannot be answered must not keep the others from it
    }
  }
}

/** What goes with waiting for somebody else. */
export interface Following {
  /** Ends the time in which it would give up. */
  readonly cancelTimer: CancelTimer;
  /** Told when the wait is over. */
  readonly onSettled: (waitedSince: MonotonicMs) => void;
}

/** The time for which a request waits for somebody else's headers, when most come within `p95`. */
export function waitBudget(p95: Milliseconds | undefined, maxWait: Milliseconds): Milliseconds {
  return p95 === undefined ? maxWait : Math.min(maxWait, Math.max(P95_FACTOR * p95, MIN_WAIT));
}

const P95_FACTOR = 3;
const MIN_WAIT: Milliseconds = 50;
