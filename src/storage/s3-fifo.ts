/**
 * S3-FIFO eviction (Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023), weighed by bytes.
 *
 * New entries enter a small queue of a tenth of the bytes. Those used meanwhile move on to the main queue, the others
 * leave and are remembered by name only; an entry whose name is remembered goes to the main queue at once. The main
 * queue gives used entries another round. A hit only bumps a counter: no list is touched, nothing is allocated.
 */

/** An entry as the queues see it. */
export interface Entry<Value> {
  readonly name: string;
  readonly value: Value;
  bytes: number;
  uses: number;
  queue: "small" | "main" | "none";
}

const MAX_USES = 3;
const SMALL_SHARE = 0.1;
const MIN_REMEMBERED = 1024;

export class S3Fifo<Value> {
  readonly #small = new Fifo<Entry<Value>>();
  readonly #main = new Fifo<Entry<Value>>();
  readonly #remembered = new Set<string>();
  readonly #evicted: (value: Value) => void;
  #smallBytes = 0;
  #mainBytes = 0;
  #count = 0;

  /** @param evicted Called with each value that leaves by eviction; not for those removed. */
  constructor(evicted: (value: Value) => void) {
    this.#evicted = evicted;
  }

  get count(): number {
    return this.#count;
  }

  /** Adds an entry that is not yet held. */
  add(name: string, value: Value, bytes: number): Entry<Value> {
    const known = this.#remembered.delete(name);
    const entry: Entry<Value> = { name, value, bytes, uses: 0, queue: "none" };
    this.#count++;
    if (known) this.#enqueueMain(entry);
    else this.#enqueueSmall(entry);
    return entry;
  }

  /** Notes a use. */
  touch(entry: Entry<Value>): void {
    if (entry.uses < MAX_USES) entry.uses++;
  }

  /** Takes an entry out; its place in the queue is reclaimed when its turn comes. */
  remove(entry: Entry<Value>): void {
    if (entry.queue === "none") return;
    if (entry.queue === "small") this.#smallBytes -= entry.bytes;
    else this.#mainBytes -= entry.bytes;
    entry.queue = "none";
    this.#count--;
  }

  /** Evicts one entry. False when none is left. */
  evictOne(): boolean {
    const total = this.#smallBytes + this.#mainBytes;
    if (this.#smallBytes > total * SMALL_SHARE || this.#mainBytes === 0) {
      if (this.#evictFromSmall()) return true;
    }
    return this.#evictFromMain() || this.#evictFromSmall();
  }

  #enqueueSmall(entry: Entry<Value>): void {
    entry.queue = "small";
    this.#smallBytes += entry.bytes;
    this.#small.push(entry);
  }

  #enqueueMain(entry: Entry<Value>): void {
    entry.queue = "main";
    this.#mainBytes += entry.bytes;
    this.#main.push(entry);
  }

  #evictFromSmall(): boolean {
    let entry: Entry<Value> | undefined;
    while ((entry = this.#small.shift())) {
      if (entry.queue !== "small") continue; // removed meanwhile
      this.#smallBytes -= entry.bytes;
      if (entry.uses > 0) {
        entry.uses = 0;
        this.#enqueueMain(entry);
      } else {
        this.#remember(entry.name);
        return this.#drop(entry);
      }
    }
    return false;
  }

  #evictFromMain(): boolean {
    let entry: Entry<Value> | undefined;
    while ((entry = this.#main.shift())) {
      if (entry.queue !== "main") continue;
      this.#mainBytes -= entry.bytes;
      if (entry.uses === 0) return this.#drop(entry);
      entry.uses--;
      this.#enqueueMain(entry);
    }
    return false;
  }

  #drop(entry: Entry<Value>): true {
    entry.queue = "none";
    this.#count--;
    this.#evicted(entry.value);
    return true;
  }

  #remember(name: string): void {
    this.#remembered.add(name);
    const limit = Math.max(MIN_REMEMBERED, this.#count);
    if (this.#remembered.size <= limit) return;
    const [oldest] = this.#remembered; // a Set iterates in order of insertion
    if (oldest !== undefined) this.#remembered.delete(oldest);
  }
}

/** A queue on an array: amortised constant time at both ends. */
class Fifo<Item> {
  #items: (Item | undefined)[] = [];
  #head = 0;

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(): Item | undefined {
    if (this.#head >= this.#items.length) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
