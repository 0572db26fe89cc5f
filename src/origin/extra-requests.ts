/** Extra requests for each that was needed, in the long run. */
const RATIO = 0.1;

/** Extra requests that may be saved up, so that a server with little to do can still take a chance. */
const MAX_SAVED = 16;

/**
 * Keeps requests that an origin gets beyond those that were needed, such as retries, to a tenth of these: an origin in
 * trouble is not given more work than it has already.
 */
export class ExtraRequests {
  #saved = MAX_SAVED;

  /** Whether no further one can be afforded. */
  get isSpent(): boolean {
    return this.#saved < 1;
  }

  /** A request was needed. */
  deposit(): void {
    this.#saved = Math.min(MAX_SAVED, this.#saved + RATIO);
  }

  /** An extra request was made, or turned out to be one. */
  spend(): void {
    this.#saved = Math.max(0, this.#saved - 1);
  }

  /** Whether an extra request may be made; it is counted if so. */
  withdraw(): boolean {
    if (this.isSpent) return false;
    this.spend();
    return true;
  }
}
