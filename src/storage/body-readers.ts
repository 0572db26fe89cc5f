import type { BodyReader } from "./body-reader.ts";

/** The readers of one body. */
export class BodyReaders {
  readonly #readers = new Set<BodyReader>();
  #isServing = false;

  get size(): number {
    return this.#readers.size;
  }

  /** Where the slowest of them is; `undefined` when there are none. */
  get slowest(): number | undefined {
    let slowest = Infinity;
    for (const { position } of this.#readers) slowest = Math.min(slowest, position);
    return slowest === Infinity ? undefined : slowest;
  }

  /** Whether the client of any of them wants bytes, and has had all up to `end`. */
  isAnyStarving(end: number): boolean {
    for (const { isStarving, position } of this.#readers) if (isStarving && position >= end) return true;
    return false;
  }

  add(reader: BodyReader): void {
    this.#readers.add(reader);
  }

  /** False where it has left before. */
  delete(reader: BodyReader): boolean {
    return this.#readers.delete(reader);
  }

  /** Those of whom something is true; they may leave meanwhile. */
  filter(isMeant: (reader: BodyReader) => boolean): BodyReader[] {
    return [...this.#readers].filter(isMeant);
  }

  /** Gives all who wait what has come, in one go, however much has come in this turn. */
  serveSoon(): void {
    if (this.#isServing || this.#readers.size === 0) return;
    this.#isServing = true;
    queueMicrotask(() => {
      this.#isServing = false;
      for (const reader of [...this.#readers]) reader.serve();
    });
  }
}
