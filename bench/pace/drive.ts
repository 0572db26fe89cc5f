/**
 * The loop of the load generator. Request n is due at the start plus n intervals, whatever the server does, and its
 * latency counts from then on: a request that finds all connections busy waits, and its wait counts (this is what
 * "corrected for coordinated omission" means). The loop polls without rest, because timers are too coarse.
 */
import type { FramedReader } from "./framed-reader.ts";
import { Histogram } from "./histogram.ts";

/** What the loop needs of the world. */
export interface World {
  /** Nanoseconds of a clock that never goes back. */
  now(): number;
  send(connection: number): void;
  /** How many bytes are in `received` now; zero when none have arrived. */
  receive(connection: number): number;
  readonly received: Uint8Array;
}

export interface Pace {
  /** Nanoseconds between two requests. */
  readonly interval: number;
  /** How many requests there are. */
  readonly count: number;
  /** Longest silence of a server that has requests to answer, in nanoseconds. */
  readonly patience: number;
}

/** Sends the requests of one pace, never two at a time on a connection, and reads their responses. */
export class Drive {
  /** From the time a request was due to the last byte of its response. */
  readonly latency: Histogram = new Histogram();
  /** How late requests were sent though a connection was free, which is the fault of the generator. */
  readonly lateness: Histogram = new Histogram();
  /** From one turn of the loop to the next, which is how late an arrival can be seen. */
  readonly turn: Histogram = new Histogram();
  /** Requests that found all connections busy. */
  queued = 0;
  readonly #world: World;
  readonly #pace: Pace;
  readonly #readers: readonly FramedReader[];
  /** Connections without a request; the first `#freeCount` count. */
  readonly #free: Int32Array;
  /** Connections with a request; the first `#busyCount` count. */
  readonly #busy: Int32Array;
  /** The request that each connection has. */
  readonly #asked: Float64Array;
  #freeCount: number;
  #busyCount = 0;
  #sent = 0;
  #start = 0;
  #now = 0;
  /** When a connection came free while there was none. */
  #freed = 0;
  /** When the server was last heard, or had nothing to say. */
  #heard = 0;

  constructor(world: World, readers: readonly FramedReader[], pace: Pace) {
    this.#world = world;
    this.#readers = readers;
    this.#pace = pace;
    this.#free = Int32Array.from(readers, (_, connection) => connection);
    this.#freeCount = readers.length;
    this.#busy = new Int32Array(readers.length);
    this.#asked = new Float64Array(readers.length);
  }

  /** Returns when all requests are answered; throws when the server stays silent. */
  run(): void {
    this.#now = this.#world.now();
    this.#start = this.#now + this.#pace.interval;
    while (this.#sent < this.#pace.count || this.#busyCount > 0) this.#step();
  }

  #step(): void {
    const before = this.#now;
    this.#now = this.#world.now();
    this.turn.record(this.#now - before);
    while (this.#sent < this.#pace.count && this.#freeCount > 0 && this.#due(this.#sent) <= this.#now) this.#send();
    for (let index = this.#busyCount - 1; index >= 0; index--) this.#receive(index);
    if (this.#busyCount > 0 && this.#now - this.#heard > this.#pace.patience) {
      throw new Error("Cannot keep the pace: the server is silent");
    }
  }

  #due(request: number): number {
    return this.#start + request * this.#pace.interval;
  }

  #send(): void {
    const connection = this.#free[--this.#freeCount]!;
    if (this.#busyCount === 0) this.#heard = this.#now;
    this.#busy[this.#busyCount++] = connection;
    this.#asked[connection] = this.#sent;
    this.#world.send(connection);
    const due = this.#due(this.#sent++);
    if (due < this.#freed) this.queued++;
    this.lateness.record(this.#now - Math.max(due, this.#freed));
    this.#now = this.#world.now();
  }

  /** Reads what has arrived on the busy connection of this `index`. */
  #receive(index: number): void {
    const connection = this.#busy[index]!;
    const bytes = this.#world.receive(connection);
    if (bytes === 0) return;
    this.#heard = this.#world.now();
    if (!this.#readers[connection]!.push(this.#world.received, bytes)) return;
    this.latency.record(this.#heard - this.#due(this.#asked[connection]!));
    if (this.#freeCount === 0) this.#freed = this.#heard;
    this.#busy[index] = this.#busy[--this.#busyCount]!;
    this.#free[this.#freeCount++] = connection;
  }
}
