import { supersedes } from "../policy/partial.ts";
import type { ByteBudget } from "./byte-budget.ts";
import type { ResponseStore, StoredResponse } from "./response-store.ts";
import { type Entry, S3Fifo } from "./s3-fifo.ts";
import { Shards } from "./shards.ts";
import { TagIndex } from "./tag-index.ts";

/** More variants than this under one key push out the least recently stored one. */
const MAX_VARIANTS = 32;

/** Approximate memory of the objects around one stored response and of one of its header fields, in bytes. */
const RESPONSE_OVERHEAD = 1200;
const FIELD_OVERHEAD = 120;

/** Approximate memory of one tag of one response, its place in the index included. */
const TAG_OVERHEAD = 100;

/** A response in the queues, and what it takes of the budget besides its body: to sum that up takes a while. */
interface Held {
  readonly stored: StoredResponse;
  readonly overhead: number;
}

/** Responses in memory, bounded by a byte budget, evicted by S3-FIFO. */
export class MemoryStore implements ResponseStore {
  readonly #variants = new Shards(() => new Map<string, StoredResponse[]>());
  /** Keys other than the URI itself, by URI: those of its queries. */
  readonly #queries = new Shards(() => new Map<string, Set<string>>());
  readonly #entries = new Shards(() => new Map<StoredResponse, Entry<Held>>());
  readonly #tags = new TagIndex();
  readonly #queues: S3Fifo<Held>;
  readonly #budget: ByteBudget;

  constructor(budget: ByteBudget) {
    this.#budget = budget;
    this.#queues = new S3Fifo((held) => this.#forget(held));
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
    return this.#variants.of(key).get(key);
  }

  touch(stored: StoredResponse): void {
    const entry = this.#entryOf(stored);
    if (entry) this.#queues.touch(entry);
  }

  put(stored: StoredResponse): boolean {
    this.#discardSuperseded(stored);
    const held = { stored, overhead: overheadOf(stored) };
    if (!this.#budget.reserve(held.overhead)) return false;
    const variants = this.get(stored.key);
    if (variants !== undefined && variants.length >= MAX_VARIANTS) this.discard(variants.at(-1)!);
    this.#list(stored);
    this.#admit(held);
    return true;
  }

  replace(stored: StoredResponse, next: StoredResponse): boolean {
    const entry = this.#entryOf(stored);
    if (!entry) return false;
    // Taken out first: making room must not evict the body that both share.
    this.#queues.supersede(entry);
    this.#entries.of(stored.key).delete(stored);
    this.#unlist(stored);
    this.#budget.release(entry.value.overhead);
    this.#discardSuperseded(next); // a 304 may bring another Vary, and so make two variants one
    const held = { stored: next, overhead: overheadOf(next) };
    if (!this.#budget.reserve(held.overhead)) {
      stored.body.release();
      return false;
    }
    this.#list(next);
    this.#admit(held);
    return true;
  }

  remove(uri: string): boolean {
    const held = [...this.ofUri(uri)];
    for (const stored of held) this.discard(stored);
    return held.length > 0;
  }

  discard(stored: StoredResponse): void {
    const entry = this.#entryOf(stored);
    if (!entry) return;
    this.#queues.remove(entry);
    this.#forget(entry.value);
  }

  *ofUri(uri: string): Iterable<StoredResponse> {
    yield* this.get(uri) ?? NONE;
    for (const key of this.#queries.of(uri).get(uri) ?? []) yield* this.get(key) ?? NONE;
  }

  *entries(): Iterable<StoredResponse> {
    for (const part of this.#entries.all) yield* part.keys();
  }

  tagged(tag: string): Iterable<StoredResponse> {
    return this.#tags.of(tag);
  }

  #entryOf(stored: StoredResponse): Entry<Held> | undefined {
    return this.#entries.of(stored.key).get(stored);
  }

  #admit(held: Held): void {
    const { stored, overhead } = held;
    const entry = this.#queues.add(entryName(stored), held, overhead + stored.body.heldBytes);
    this.#entries.of(stored.key).set(stored, entry);
  }

  #evict(bytes: number): void {
    if (bytes > this.bytes) return; // giving up everything would help nobody
    const goal = this.#budget.used - bytes;
    while (this.#budget.used > goal && this.#queues.evictOne());
  }

  #discardSuperseded(stored: StoredResponse): void {
    for (const older of this.get(stored.key) ?? NONE) {
      const entry = supersedes(stored, older) ? this.#entryOf(older) : undefined;
      if (!entry) continue;
      this.#queues.supersede(entry);
      this.#forget(entry.value);
    }
  }

  #forget({ stored, overhead }: Held): void {
    this.#entries.of(stored.key).delete(stored);
    this.#unlist(stored);
    this.#budget.release(overhead);
    stored.body.release();
  }

  #list(stored: StoredResponse): void {
    const { key, uri } = stored;
    this.#tags.add(stored);
    this.#variants.of(key).set(key, [stored, ...(this.get(key) ?? NONE)]);
    if (key === uri) return;
    const queries = this.#queries.of(uri).get(uri);
    if (queries === undefined) this.#queries.of(uri).set(uri, new Set([key]));
    else queries.add(key);
  }

  #unlist(stored: StoredResponse): void {
    const { key, uri } = stored;
    this.#tags.remove(stored);
    const variants = this.get(key) ?? NONE;
    if (variants.length > 1) {
      this.#variants.of(key).set(key, variants.filter((variant) => variant !== stored));
      return;
    }
    this.#variants.of(key).delete(key);
    const queries = this.#queries.of(uri).get(uri);
    if (queries?.delete(key) && queries.size === 0) this.#queries.of(uri).delete(uri);
  }
}

const NONE: readonly StoredResponse[] = [];

function overheadOf(stored: StoredResponse): number {
  let bytes = RESPONSE_OVERHEAD + 3 * stored.key.length;
  for (const [name, value] of stored.fields) bytes += FIELD_OVERHEAD + name.length + value.length;
  for (const tag of stored.tags) bytes += TAG_OVERHEAD + tag.length;
  for (const value of stored.selecting.values) bytes += FIELD_OVERHEAD + (value?.length ?? 0);
  return bytes;
}

/** What eviction remembers a variant by. */
function entryName(stored: StoredResponse): string {
  return [stored.key, ...stored.selecting.values].join("\n");
}
