import type { Clock, Milliseconds, MonotonicMs, Seconds } from "../time/clock.ts";

/** So many wrong tokens an address may bring within the time below. */
const MAX_WRONG = 10;
const WINDOW: Milliseconds = 60_000;

/** Of more addresses than this the one that was wrong longest ago is forgotten. */
const MAX_ADDRESSES = 1_000;

/**
 * Counts wrong tokens by the address they came from. Nobody is shut out: the right token is taken from everywhere, since
 * whoever shares an address with its owner (on loopback, any user of the machine) could shut the owner out otherwise.
 */
export class WrongTokens {
  readonly #clock: Clock;
  readonly #moments = new Map<string, MonotonicMs[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts one more. How long the address has to wait before it is told again whether a token is wrong, if at all. */
  count(address: string): Seconds | undefined {
    const now = this.#clock.monotonic();
    const recent = (this.#moments.get(address) ?? []).filter((moment) => moment > now - WINDOW);
    const first = recent[0];
    if (first !== undefined && recent.length >= MAX_WRONG) return Math.ceil((first + WINDOW - now) / 1000);
    this.#moments.delete(address); // so that the Map stays in the order of the latest wrong token
    this.#moments.set(address, [...recent, now]);
    if (this.#moments.size > MAX_ADDRESSES) this.#forgetOldest();
    return undefined;
  }

  /** Addresses remembered. */
  get size(): number {
    return this.#moments.size;
  }

  #forgetOldest(): void {
    for (const address of this.#moments.keys()) {
      this.#moments.delete(address);
      return;
    }
  }
}
