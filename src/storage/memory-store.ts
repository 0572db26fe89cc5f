import { sameVariant } from "../policy/vary.ts";
import type { ByteBudget } from "./byte-budget.ts";
import type { ResponseStore, StoredResponse } from "./response-store.ts";
import { type Entry, S3Fifo } from "./s3-fifo.ts";

/** More variants than this under one key push out the least recently stored one. */
const MAX_VARIANTS = 32;

/** Approximate memory of the objects around one stored response and of one of its header fields, in bytes. */
const RESPONSE_OVERHEAD = 1200;
const FIELD_OVERHEAD = 120;

/** Responses in memory, bounded by a byte budget, evicted by S3-FIFO. */
export class MemoryStore implements ResponseStore {
  readonly #variants = new Map<string, StoredResponse[]>();
  readonly #entries = new Map<StoredResponse, Entry<StoredResponse>>();
  readonly #queues: S3Fifo<StoredResponse>;
  readonly #budget: ByteBudget;

  constructor(budget: ByteBudget) {
    this.#budget = budget;
    this.#queues = new S3Fifo((stored) => this.#forget(stored));
    budget.onShortage((bytes) => this.#evict(bytes));
  }

  get size(): number {
    return this.#queues.count;
  }

  /** Memory that all responses held take of the budget. */
  get bytes(): number {
    return this.#queues.bytes;
  }

  get(key: string): readonly StoredResponse[] | undefined {
    return this.#variants.get(key);
  }

  touch(stored: StoredResponse): void {
    const entry = this.#entries.get(stored);
    if (entry) this.#queues.touch(entry);
  }

  put(stored: StoredResponse): boolean {
    this.#discardVariant(stored);
    if (!this.#budget.reserve(overhead(stored))) return false;
    const variants = this.#variants.get(stored.key);
    if (variants === undefined) this.#variants.set(stored.key, [stored]);
    else {
      if (variants.length >= MAX_VARIANTS) this.#discard(variants.at(-1)!);
      // Making room may have evicted the last variant, and with it the list.
      this.#variants.set(stored.key, [stored, ...(this.#variants.get(stored.key) ?? [])]);
    }
    this.#admit(stored);
    return true;
  }

  replace(stored: StoredResponse, next: StoredResponse): boolean {
    const entry = this.#entries.get(stored);
    if (!entry) return false;
    // Taken out first: making room must not evict the body that both share.
    this.#queues.supersede(entry);
    this.#entries.delete(stored);
    this.#unlist(stored);
    this.#budget.release(overhead(stored));
    this.#discardVariant(next); // a 304 may bring another Vary, and so make two variants one
    if (!this.#budget.reserve(overhead(next))) {
      stored.body.release();
      return false;
    }
    this.#variants.set(next.key, [next, ...(this.#variants.get(next.key) ?? [])]);
    this.#admit(next);
    return true;
  }

  remove(key: string): boolean {
    const variants = this.#variants.get(key);
    if (!variants) return false;
    for (const stored of [...variants]) this.#discard(stored);
    return true;
  }

  #admit(stored: StoredResponse): void {
    const bytes = overhead(stored) + stored.body.heldBytes;
    this.#entries.set(stored, this.#queues.add(entryName(stored), stored, bytes));
  }

  #evict(bytes: number): void {
    if (bytes > this.bytes) return; // giving up everything would help nobody
    const goal = this.#budget.used - bytes;
    while (this.#budget.used > goal && this.#queues.evictOne());
  }

  #discardVariant(stored: StoredResponse): void {
    const older = this.#variants.get(stored.key)?.find((variant) => sameVariant(variant.selecting, stored.selecting));
    const entry = older && this.#entries.get(older);
    if (!entry) return;
    this.#queues.supersede(entry);
    this.#forget(entry.value);
  }

  #discard(stored: StoredResponse): void {
    const entry = this.#entries.get(stored);
    if (entry) this.#queues.remove(entry);
    this.#forget(stored);
  }

  #forget(stored: StoredResponse): void {
    if (!this.#entries.delete(stored)) return;
    this.#unlist(stored);
    this.#budget.release(overhead(stored));
    stored.body.release();
  }

  #unlist(stored: StoredResponse): void {
    const variants = this.#variants.get(stored.key)?.filter((variant) => variant !== stored);
    if (variants?.length) this.#variants.set(stored.key, variants);
    else this.#variants.delete(stored.key);
  }
}

function overhead(stored: StoredResponse): number {
  let bytes = RESPONSE_OVERHEAD + 3 * stored.key.length;
  for (const [name, value] of stored.fields) bytes += FIELD_OVERHEAD + name.length + value.length;
  for (const value of stored.selecting.values) bytes += FIELD_OVERHEAD + (value?.length ?? 0);
  return bytes;
}

/** What eviction remembers a variant by. */
function entryName(stored: StoredResponse): string {
  return [stored.key, ...stored.selecting.values].join("\n");
}
