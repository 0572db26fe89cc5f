/** Holds the numbers of purges to their promise: one that starts after another was acknowledged comes after it. */
export class Receipts {
  #newest = 0;

  /** A purge starts: the number that its own must be above. */
  start(): number {
    return this.#newest;
  }

  /** A purge was acknowledged; what is wrong with its number. */
  take(above: number, sequence: number): string | undefined {
    this.#newest = Math.max(this.#newest, sequence);
    if (Number.isSafeInteger(sequence) && sequence > above) return undefined;
    return `a purge got the number ${sequence}, though one before it had ${above}`;
  }
}
