import type { Mark, Sequence } from "./epochs.ts";

/** The latest mark of each name, those marked least recently first. */
export class LatestMarks {
  readonly #marks = new Map<string, Mark>();
  /** Goes on from the oldest. A new one would pass over the places of all that were deleted since the Map was last packed. */
  #cursor: MapIterator<[name: string, mark: Mark]> | undefined;
  #oldest: readonly [name: string, mark: Mark] | undefined;

  get size(): number {
    return this.#marks.size;
  }

  /** The place of the oldest mark; infinity when there is none. */
  get oldest(): Sequence {
    return this.#first()?.[1].sequence ?? Infinity;
  }

  /** All names with their marks, the oldest first. */
  entries(): Iterable<readonly [name: string, mark: Mark]> {
    return this.#marks;
  }

  get(name: string): Mark | undefined {
    return this.#marks.get(name);
  }

  /** Marks a name. Marks come in their order. */
  set(name: string, mark: Mark): void {
    this.#marks.delete(name); // so that the Map stays in the order of marks
    this.#marks.set(name, mark);
  }

  /** Forgets the oldest mark, and returns it. */
  forgetOldest(): Mark | undefined {
    const first = this.#first();
    if (first === undefined) return undefined;
    this.forget(first[0]);
    return first[1];
  }

  /** Forgets all marks up to this place. */
  retire(upTo: Sequence): void {
    while (this.size > 0 && this.oldest <= upTo) this.forgetOldest();
  }

  protected forget(name: string): void {
    this.#marks.delete(name);
  }

  #first(): readonly [name: string, mark: Mark] | undefined {
    if (this.#marks.size === 0) return this.#cursor = this.#oldest = undefined;
    while (this.#oldest === undefined || this.#marks.get(this.#oldest[0]) !== this.#oldest[1]) {
      this.#cursor ??= this.#marks.entries();
      this.#oldest = this.#cursor.next().value;
      if (this.#oldest === undefined) this.#cursor = undefined; // what was set since it came to the end is behind it
    }
    return this.#oldest;
  }
}
