import type { StoredResponse } from "./response-store.ts";
import { Shards } from "./shards.ts";

/** A set with more than this is kept in parts, which small sets would take too much memory for. */
const LARGE = 4_096;

/** A set of stored responses of which no change takes long, however many they are. */
export class ResponseSet implements Iterable<StoredResponse> {
  #whole: Set<StoredResponse> | undefined = new Set();
  #parts: Shards<Set<StoredResponse>> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(stored: StoredResponse): void {
    if (this.#size === LARGE && this.#whole !== undefined) this.#part(this.#whole);
    const set = this.#setOf(stored);
    const before = set.size;
    this.#size += set.add(stored).size - before;
  }

  delete(stored: StoredResponse): void {
    if (this.#setOf(stored).delete(stored)) this.#size--;
  }

  /** Those that come or go meanwhile may be among them or not. */
  *[Symbol.iterator](): Iterator<StoredResponse> {
    if (this.#whole !== undefined) yield* this.#whole;
    for (const part of this.#parts?.all ?? []) yield* part;
  }

  #setOf(stored: StoredResponse): Set<StoredResponse> {
    return this.#whole ?? this.#parts!.of(stored.key);
  }

  #part(whole: Iterable<StoredResponse>): void {
    const parts = new Shards(() => new Set<StoredResponse>());
    for (const stored of whole) parts.of(stored.key).add(stored);
    this.#parts = parts;
    this.#whole = undefined;
  }
}
