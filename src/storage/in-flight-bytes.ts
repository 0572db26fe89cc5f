import type { ByteBudget } from "./byte-budget.ts";

/**
 * Memory of all bodies that are still arriving. One limit for them together, within the budget: a burst of large
 * responses must not push out all that is stored.
 */
export class InFlightBytes {
  readonly limit: number;
  readonly #budget: ByteBudget;
  #used = 0;

  constructor(budget: ByteBudget, limit: number) {
    this.#budget = budget;
    this.limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  /** Whether more may arrive. */
  get hasRoom(): boolean {
    return this.#used < this.limit;
  }

  /** Takes `bytes`, or nothing and returns false where the limit or the budget has no room. */
  reserve(bytes: number): boolean {
    if (this.#used + bytes > this.limit || !this.#budget.reserve(bytes)) return false;
    this.#used += bytes;
    return true;
  }

  /** Counts bytes that are here already, room or not. */
  force(bytes: number): void {
    this.#budget.force(bytes);
    this.#used += bytes;
  }

  release(bytes: number): void {
    this.#budget.release(bytes);
    this.#used -= bytes;
  }

  /** Hands bytes over to those that are stored: they have arrived, and stay in the budget. */
  keep(bytes: number): void {
    this.#used -= bytes;
  }
}
