import type { ByteBudget } from "./byte-budget.ts";

/** How much of a budget a `BudgetedMap` may take, and what its entries take. */
export interface MapLimits<Value> {
  readonly budget: ByteBudget;
  /** Bytes that all entries together may take. */
  readonly maxBytes: number;
  /** Approximate memory of one entry in bytes. */
  readonly sizeOf: (key: string, value: Value) => number;
}

interface Entry<Value> {
  readonly value: Value;
  readonly bytes: number;
}

/**
 * A map for what helps to know, but need not be known: it draws on the memory budget, and beyond its share of that
 * forgets what was used least recently.
 */
export class BudgetedMap<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #limits: MapLimits<Value>;
  /** Goes through the keys as they are forgotten: a new one would have to pass all that were deleted before. */
  #oldest = this.#entries.keys();
  #bytes = 0;

  constructor(limits: MapLimits<Value>) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Memory that it takes of the budget. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The value of a key; asking for it does not count as use. */
  get(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Notes a value as the one used last. False when there is no room for it, and then the key has none. */
  set(key: string, value: Value): boolean {
    const { budget, maxBytes, sizeOf } = this.#limits;
    this.delete(key);
    const bytes = sizeOf(key, value);
    while (this.#entries.size > 0 && this.#bytes + bytes > maxBytes) this.#forgetOldest();
    if (bytes > maxBytes || !budget.reserve(bytes)) return false;
    this.#bytes += bytes;
    this.#entries.set(key, { value, bytes });
    return true;
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
    this.#limits.budget.release(entry.bytes);
  }

  #forgetOldest(): void {
    let next = this.#oldest.next();
    if (next.done === true) next = (this.#oldest = this.#entries.keys()).next();
    if (next.done !== true) this.delete(next.value);
  }
}
