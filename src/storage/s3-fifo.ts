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
  readonly bytes: number;
  uses: number;
  queue: Fifo<Value> | undefined;
  older: Entry<Value> | undefined;
  newer: Entry<Value> | undefined;
}

const MAX_USES = 3;
const SMALL_SHARE = 0.1;
const MIN_REMEMBERED = 1024;

/** Two queues that decide which entry leaves next; the entries themselves are kept elsewhere. */
export class S3Fifo<Value> {
  readonly #small = new Fifo<Value>();
  readonly #main = new Fifo<Value>();
  readonly #remembered = new Set<string>();
  readonly #evicted: (value: Value) => void;

  /** @param evicted Called with each value that leaves by eviction; not for those removed. */
  constructor(evicted: (value: Value) => void) {
    this.#evicted = evicted;
  }

  get count(): number {
    return this.#small.count + this.#main.count;
  }

  get bytes(): number {
    return this.#small.bytes + this.#main.bytes;
  }

  /** Adds an entry that is not yet held. */
  add(name: string, value: Value, bytes: number): Entry<Value> {
    const entry: Entry<Value> = { name, value, bytes, uses: 0, queue: undefined, older: undefined, newer: undefined };
    const queue = this.#remembered.delete(name) ? this.#main : this.#small;
    queue.push(entry);
    return entry;
  }

  /** Notes a use. */
  touch(entry: Entry<Value>): void {
    if (entry.uses < MAX_USES) entry.uses++;
  }

  /** Takes an entry out. */
  remove(entry: Entry<Value>): void {
    entry.queue?.remove(entry);
  }

  /** Takes an entry out for a newer one of its name, which goes to the main queue if this one had earned its place. */
  supersede(entry: Entry<Value>): void {
    if (entry.queue === this.#main || entry.uses > 0) this.#remember(entry.name);
    this.remove(entry);
  }

  /** Evicts one entry. False when none is left. */
  evictOne(): boolean {
    if (this.#small.bytes > this.bytes * SMALL_SHARE && this.#evictFromSmall()) return true;
    return this.#evictFromMain() || this.#evictFromSmall() || this.#evictFromMain();
  }

  #evictFromSmall(): boolean {
    for (let entry = this.#small.shift(); entry !== undefined; entry = this.#small.shift()) {
      if (entry.uses === 0) {
        this.#remember(entry.name);
        this.#evicted(entry.value);
        return true;
      }
      entry.uses = 0;
      this.#main.push(entry);
    }
    return false;
  }

  #evictFromMain(): boolean {
    for (let entry = this.#main.shift(); entry !== undefined; entry = this.#main.shift()) {
      if (entry.uses === 0) {
        this.#evicted(entry.value);
        return true;
      }
      entry.uses--;
      this.#main.push(entry);
    }
    return false;
  }

  #remember(name: string): void {
    this.#remembered.add(name);
    const limit = Math.max(MIN_REMEMBERED, this.count);
    if (this.#remembered.size <= limit) return;
    const [oldest] = this.#remembered; // a Set iterates in order of insertion
    if (oldest !== undefined) this.#remembered.delete(oldest);
  }
}

/** A queue whose entries are linked to each other, so that one taken out leaves nothing behind that holds its value. */
class Fifo<Value> {
  #oldest: Entry<Value> | undefined;
  #newest: Entry<Value> | undefined;
  bytes = 0;
  count = 0;

  push(entry: Entry<Value>): void {
    entry.queue = this;
    entry.older = this.#newest;
    if (this.#newest) this.#newest.newer = entry;
    else this.#oldest = entry;
    this.#newest = entry;
    this.bytes += entry.bytes;
    this.count++;
  }

  shift(): Entry<Value> | undefined {
    const entry = this.#oldest;
    if (entry) this.remove(entry);
    return entry;
  }

  remove(entry: Entry<Value>): void {
    if (entry.older) entry.older.newer = entry.newer;
    else this.#oldest = entry.newer;
    if (entry.newer) entry.newer.older = entry.older;
    else this.#newest = entry.older;
    entry.queue = entry.older = entry.newer = undefined;
    this.bytes -= entry.bytes;
    this.count--;
  }
}
