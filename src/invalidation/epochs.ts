/**
 * Invalidation by epochs: one counter, and for each scope the count at which it was last invalidated. A response
 * remembers the count at which its fetch began, and is dead when a scope it belongs to was invalidated since. So an
 * invalidation is one write, however many responses it concerns, and holds for those still on their way too.
 */

/** A point in the order of invalidations. */
export type Sequence = number;

/** More scopes than this are not told apart: the oldest then count for every response that has scopes. */
const MAX_SCOPES = 10_000;

/** The count that all epochs of an engine share. */
export class InvalidationOrder {
  #sequence: Sequence = 0;

  /** The count now: what a fetch that begins now is stamped with. */
  get sequence(): Sequence {
    return this.#sequence;
  }

  /** The count of one more invalidation. */
  advance(): Sequence {
    return ++this.#sequence;
  }
}

/** When each scope of one kind was last invalidated. */
export class Epochs {
  readonly #invalidatedAt = new Map<string, Sequence>();
  readonly #order: InvalidationOrder;
  readonly #maxScopes: number;
  #floor: Sequence = 0;

  constructor(order: InvalidationOrder, maxScopes: number = MAX_SCOPES) {
    this.#order = order;
    this.#maxScopes = maxScopes;
  }

  /** Invalidates everything in a scope whose fetch has begun by now. */
  invalidate(scope: string): void {
    this.#invalidatedAt.delete(scope); // so that the Map stays in the order of invalidations
    this.#invalidatedAt.set(scope, this.#order.advance());
    if (this.#invalidatedAt.size > this.#maxScopes) this.#forgetOldest();
  }

  /** Whether something of these scopes, fetched from `began` on, is still valid. */
  isAlive(scopes: readonly string[], began: Sequence): boolean {
    if (scopes.length === 0) return true;
    if (began < this.#floor) return false;
    return scopes.every((scope) => (this.#invalidatedAt.get(scope) ?? 0) <= began);
  }

  /** What is forgotten must not come back to life: it counts for all from now on. */
  #forgetOldest(): void {
    for (const [scope, sequence] of this.#invalidatedAt) {
      this.#invalidatedAt.delete(scope);
      this.#floor = sequence;
      return;
    }
  }
}
