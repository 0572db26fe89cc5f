/**
 * One body, one writer, many readers.
 *
 * The bytes of an origin response are appended once; every client reads them by a cursor of its own, and the store
 * keeps the very same buffer. Nothing is teed or cloned, because a tee buffers without limit for its slower branch.
 *
 * A body is either *retained*, all of it in one buffer that will be stored, so that slow readers cost nothing and late
 * ones start at the beginning; or it is *windowed*: only what lies between the slowest reader and a little ahead of
 * the fastest is held, and the origin is read no faster than that. A retained body becomes windowed in mid-flight when
 * it outgrows its limit. It is incomplete until its source has ended properly, and then, if retained, sealed.
 */
import type { Milliseconds } from "../time/clock.ts";
import type { CancelTimer, Timers } from "../time/timers.ts";
import { type Buffered, RetainedBytes, WindowedBytes } from "./body-buffer.ts";
import { BodyReader, type BodySource, type ReaderEnd } from "./body-reader.ts";
import type { ByteBudget } from "./byte-budget.ts";
import { sizeOf } from "./complete-body.ts";

/** A complete body in the form the runtime sends fastest. */
export type SealedBody = Uint8Array<ArrayBuffer> | Blob;

/** How a body came to its end. */
export type BodyOutcome =
  /** All of it is held. */
  | "retained"
  /** All of it was passed on, and it is not held. */
  | "passed"
  /** It was cut short, or given up because nobody was left to read it. */
  | "failed";

/** Settings shared by all growing bodies of an engine. */
export interface GrowingBodyOptions {
  /** Largest body that is retained, in bytes. */
  readonly retainLimit: number;
  /** How far a windowed body is read ahead of its slowest reader, in bytes. */
  readonly window: number;
  /** A reader that holds up the others for this long is broken off. */
  readonly stallLimit: Milliseconds;
  readonly budget: ByteBudget;
  readonly timers: Timers;
  readonly seal: (bytes: Uint8Array<ArrayBuffer>) => SealedBody;
}

/** What is known of a body before its first byte. */
export interface BodyFacts {
  /** Declared length in bytes; `undefined` when unknown. */
  readonly length: number | undefined;
  /** Whether it is to be stored; otherwise it is windowed from the start. */
  readonly retain: boolean;
  /** Whether a store waits for it, so that it is received to its end even if nobody reads it. True by default. */
  readonly isForStore?: boolean;
  /** Whether its response has a `Content-Type`. Without one it stays bytes, whatever the runtime prefers. */
  readonly typed: boolean;
}

const FIRST_ALLOCATION_BYTES = 16 * 1024;
const READ_BYTES = 256 * 1024;

const NO_LONGER_HELD = "Cannot read response body: its first bytes are no longer held";

/** A response body while it arrives, and after: appended to by its source, read by any number of readers. */
export class GrowingBody implements BodySource {
  /** Resolves when the source has ended. Never rejects. */
  readonly done: Promise<BodyOutcome>;
  readonly #options: GrowingBodyOptions;
  readonly #readers = new Set<BodyReader>();
  readonly #typed: boolean;
  readonly #isForStore: boolean;
  #source: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #buffer: Buffered;
  #length: number | undefined;
  #sealed: SealedBody | undefined;
  #failure: unknown;
  #ended = false;
  /** Whether anybody has come for it, be it to read or to leave it unread. */
  #wasVisited = false;
  #reserved = 0;
  /** Up to where a windowed body holds the one buffer that it had when it was retained, and so its reservation. */
  #reservedUpTo = 0;
  #resume: (() => void) | undefined;
  /** How many stored responses have this body once it is complete. */
  #holders = 1;

  constructor(source: ReadableStream<Uint8Array> | null, facts: BodyFacts, options: GrowingBodyOptions) {
    this.#options = options;
    this.#typed = facts.typed;
    this.#isForStore = facts.isForStore ?? true;
    this.#length = source === null ? 0 : facts.length;
    this.#buffer = new WindowedBytes();
    const capacity = this.#length ?? Math.min(FIRST_ALLOCATION_BYTES, options.retainLimit);
    if (facts.retain && this.#reserve(capacity)) this.#buffer = new RetainedBytes(capacity);
    this.#source = source?.getReader();
    this.done = this.#pump();
  }

  /** A body that is complete already; `undefined` when memory has no room for it. */
  static complete(sealed: SealedBody, typed: boolean, options: GrowingBodyOptions): GrowingBody | undefined {
    const body = new GrowingBody(null, { length: 0, retain: true, typed }, options);
    const length = sizeOf(sealed);
    if (!body.#reserve(length)) return undefined;
    body.#length = length;
    body.#sealed = sealed;
    body.#buffer = new WindowedBytes(length);
    return body;
  }

  /** Bytes in all; `undefined` until declared or received completely. */
  get length(): number | undefined {
    return this.#length;
  }

  /** Whether every byte from the first on is held, so that a reader may start anywhere. */
  get retained(): boolean {
    return this.#sealed !== undefined || (this.#failure === undefined && this.#buffer instanceof RetainedBytes);
  }

  /** The whole body once it is complete and retained. */
  get sealed(): SealedBody | undefined {
    return this.#sealed;
  }

  /** Whether a new reader can still begin at the first byte. */
  get joinable(): boolean {
    return this.#failure === undefined && (this.#sealed !== undefined || this.#buffer.start === 0);
  }

  /** Memory this body holds against the budget, in bytes. */
  get heldBytes(): number {
    return this.#reserved;
  }

  /** Adds one more stored response that has this body, and will release it like the others. */
  share(): this {
    this.#holders++;
    return this;
  }

  /** Gives the memory of a body that is no longer stored back to the budget. Readers under way are not disturbed. */
  release(): void {
    if (this.#sealed !== undefined && --this.#holders > 0) return;
    this.#options.budget.release(this.#reserved);
    this.#reserved = 0;
  }

  /** Bytes `first` to `last` inclusive, as they arrive; all of them by default. Once sealed, use `sealed` instead. */
  read(onEnd: ReaderEnd, first = 0, last = Infinity): ReadableStream<Uint8Array> {
    this.#wasVisited = true;
    const reader = new BodyReader(this, first, last, onEnd);
    this.#readers.add(reader);
    return reader.stream;
  }

  take(position: number, limit: number): Uint8Array | "wait" | "end" {
    if (position >= limit) return "end";
    if (position < this.#buffer.start) throw this.#failure ?? new Error(NO_LONGER_HELD);
    const bytes = this.#buffer.slice(position, Math.min(limit, position + READ_BYTES));
    if (bytes !== undefined) return bytes;
    if (this.#failure !== undefined) throw this.#failure;
    return this.#ended ? "end" : "wait";
  }

  advanced(): void {
    this.#resume?.();
  }

  /** The last reader to leave takes a body with it that will not be stored. */
  left(reader: BodyReader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0) this.#resume?.();
    else if (this.#sealed !== undefined) this.#buffer = new WindowedBytes(this.#buffer.end);
    else if (this.#ended) this.release();
    else this.leaveUnread();
  }

  /**
   * Says that one who could have read this body will not: with no reader left, what is not to be stored is given up.
   * Not at once, for others who waited for the same response decide in this very turn.
   */
  leaveUnread(): void {
    this.#wasVisited = true;
    if (this.#ended) return;
    queueMicrotask(() => {
      if (this.#readers.size === 0 && !(this.retained && this.#isForStore)) this.abandon();
    });
  }

  /** Stops reading the source; readers see a broken body. */
  abandon(reason: unknown = new Error("Cannot finish response body: nobody reads it")): void {
    if (!this.#ended) this.#fail(reason);
  }

  async #pump(): Promise<BodyOutcome> {
    try {
      while (this.#source !== undefined && !this.#ended) {
        await this.#room();
        const { done, value } = await this.#source.read();
        if (done || this.#ended) break;
        this.#append(value);
      }
      this.#finish();
    } catch (error) {
      this.#fail(error);
    }
    this.#source = undefined; // it holds on to all of the exchange with the origin, buffers included
    if (this.#failure !== undefined) return "failed";
    return this.#sealed === undefined ? "passed" : "retained";
  }

  #append(chunk: Uint8Array): void {
    if (chunk.byteLength === 0) return;
    const size = this.#buffer.end + chunk.byteLength;
    if (this.#length !== undefined && size > this.#length) {
      throw new RangeError(`Cannot complete response body: more than its ${this.#length} bytes arrived`);
    }
    if (this.#buffer instanceof RetainedBytes && !this.#fits(this.#buffer, chunk.byteLength)) {
      // Those who asked for it may not have come yet: only when all have gone is it given up.
      if (this.#readers.size === 0 && this.#wasVisited) return this.abandon();
      this.#reservedUpTo = this.#buffer.end;
      this.#buffer = this.#buffer.toWindow(this.#slowestPosition());
    }
    this.#buffer.append(chunk);
    this.#wakeReaders();
  }

  /** Makes room in a retained body for more bytes. False when it would outgrow its limit or the memory budget. */
  #fits(buffer: RetainedBytes, more: number): boolean {
    const size = buffer.end + more;
    if (size <= buffer.capacity) return true;
    if (size > this.#options.retainLimit) return false;
    const capacity = Math.min(Math.max(buffer.capacity * 2, size), this.#options.retainLimit);
    if (!this.#reserve(capacity - buffer.capacity)) return false;
    buffer.grow(capacity);
    return true;
  }

  #reserve(bytes: number): boolean {
    if (bytes > this.#options.retainLimit || !this.#options.budget.reserve(bytes)) return false;
    this.#reserved += bytes;
    return true;
  }

  #finish(): void {
    if (this.#ended) return;
    if (this.#length !== undefined && this.#buffer.end !== this.#length) {
      throw new RangeError(`Cannot complete response body: ${this.#buffer.end} of ${this.#length} bytes arrived`);
    }
    if (this.#buffer instanceof RetainedBytes) this.#seal(this.#buffer);
    else if (this.#readers.size === 0) this.release();
    this.#ended = true;
    this.#length = this.#buffer.end;
    this.#wakeReaders();
  }

  #seal(buffer: RetainedBytes): void {
    const bytes = buffer.exact();
    this.#options.budget.release(this.#reserved - bytes.byteLength);
    this.#reserved = bytes.byteLength;
    this.#sealed = this.#typed ? this.#options.seal(bytes) : bytes;
    // Readers under way keep their bytes through the buffer; afterwards only the sealed form remains.
    if (this.#readers.size === 0) this.#buffer = new WindowedBytes(buffer.end);
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = error ?? new Error("Cannot finish response body: its source failed");
    this.release();
    this.#source?.cancel(error).catch(() => {}); // the source may have failed by itself; either way it is over
    this.#wakeReaders();
    this.#resume?.();
  }

  #wakeReaders(): void {
    for (const reader of this.#readers) reader.wake();
  }

  /** Waits, in a windowed body, until the slowest reader has come near enough. */
  async #room(): Promise<void> {
    let stalledAt = -1;
    let cancelTimer: CancelTimer = () => {};
    while (this.#buffer instanceof WindowedBytes && !this.#ended) {
      const slowest = this.#slowestPosition();
      this.#buffer.dropBefore(slowest);
      if (this.#buffer.start >= this.#reservedUpTo) this.release();
      if (this.#buffer.end - slowest < this.#options.window) break;
      if (slowest !== stalledAt) { // others who come, read on or leave give the slowest no more time
        cancelTimer();
        cancelTimer = this.#breakOffStalled(slowest);
        stalledAt = slowest;
      }
      await new Promise<void>((resolve) => (this.#resume = resolve));
      this.#resume = undefined;
    }
    cancelTimer();
  }

  #breakOffStalled(position: number): CancelTimer {
    return this.#options.timers.after(this.#options.stallLimit, () => {
      if (this.#readers.size === 0) return this.abandon();
      const stalled = [...this.#readers].filter((reader) => reader.position === position);
      for (const reader of stalled) reader.breakOff(new Error("Cannot send response: the client reads too slowly"));
    });
  }

  #slowestPosition(): number {
    let slowest = Infinity;
    for (const reader of this.#readers) slowest = Math.min(slowest, reader.position);
    return slowest === Infinity ? this.#buffer.start : slowest;
  }
}
