import { supersedes } from "../policy/partial.ts";
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
  /** Keys other than the URI itself, by URI: those of its queries. */
  readonly #queries = new Map<string, Set<string>>();
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
    this.#discardSuperseded(stored);
    if (!this.#budget.reserve(overhead(stored))) return false;
    const variants = this.#variants.get(stored.key);
    if (variants !== undefined && variants.length >= MAX_VARIANTS) this.#discard(variants.at(-1)!);
    this.#list(stored);
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
    this.#discardSuperseded(next); // a 304 may bring another Vary, and so make two variants one
    if (!this.#budget.reserve(overhead(next))) {
      stored.body.release();
      return false;
    }
    this.#list(next);
    this.#admit(next);
    return true;
  }

  remove(uri: string): boolean {
    const keys = [uri, ...(this.#queries.get(uri) ?? [])];
    const held = keys.flatMap((key) => this.#variants.get(key) ?? []);
    for (const stored of held) this.#discard(stored);
    return held.length > 0;
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

  #discardSuperseded(stored: StoredResponse): void {
    for (const older of this.#variants.get(stored.key) ?? NONE) {
      const entry = supersedes(stored, older) ? this.#entries.get(older) : undefined;
      if (!entry) continue;
      this.#queues.supersede(entry);
      this.#forget(older);
    }
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

  #list(stored: StoredResponse): void {
    const { key, uri } = stored;
    this.#variants.set(key, [stored, ...(this.#variants.get(key) ?? NONE)]);
    if (key === uri) return;
    const queries = this.#queries.get(uri);
    if (queries === undefined) this.#queries.set(uri, new Set([key]));
    else queries.add(key);
  }

  #unlist(stored: StoredResponse): void {
    const { key, uri } = stored;
    const variants = this.#variants.get(key)?.filter((variant) => variant !== stored);
    if (variants?.length) {
      this.#variants.set(key, variants);
      return;
    }
    this.#variants.delete(key);
    const queries = this.#queries.get(uri);
    if (queries?.delete(key) && queries.size === 0) this.#queries.delete(uri);
  }
}

const NONE: readonly StoredResponse[] = [];

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
