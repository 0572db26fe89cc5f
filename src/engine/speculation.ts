import { ExtraRequests } from "../origin/extra-requests.ts";

/**
 * How many fetches of one key may be in the air while it is unknown whether its answer depends on what tells them
 * apart. Guessing saves a wait where it does, and costs a fetch where it does not: where too many were needless, only
 * one, until enough others have made up for them.
 */
export class Speculation {
  readonly #max: number;
  readonly #waste = new ExtraRequests();

  constructor(max: number) {
    this.#max = max;
  }

  /** Fetches of one key at once, the first included. */
  get limit(): number {
    return this.#waste.isSpent ? 1 : this.#max;
  }

  /** A fetch has come to its headers; it was wasted if it was begun on a guess, and another brought the same. */
  learn({ wasted }: { readonly wasted: boolean }): void {
    if (wasted) this.#waste.spend();
    else this.#waste.deposit();
  }
}
