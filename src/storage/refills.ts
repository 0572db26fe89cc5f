import type { BodyRefill } from "./body-settings.ts";

const MAX_REFILLS = 3;

/** How often, and from where, one body has been filled again. */
export class Refills {
  readonly #refill: BodyRefill | undefined;
  #count = 0;
  /** How much had arrived when it was last filled again. */
  #position = -1;

  /** @param refill Absent where nothing can be asked for again. */
  constructor(refill: BodyRefill | undefined) {
    this.#refill = refill;
  }

  /** Where readers who are too slow for the others get the rest from. */
  get range(): BodyRefill["range"] | undefined {
    return this.#refill?.range;
  }

  /** What to ask for the bytes that follow `position`; `undefined` where that has been tried in vain, or often enough. */
  next(position: number, length: number | undefined): BodyRefill | undefined {
    const isHopeless = position === this.#position || position === length || this.#count >= MAX_REFILLS;
    if (isHopeless) return undefined;
    this.#count++;
    this.#position = position;
    return this.#refill;
  }

  /** The body begins anew. */
  beginAnew(): void {
    this.#position = 0;
  }
}
