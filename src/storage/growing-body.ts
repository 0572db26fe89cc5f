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
 *
 * A source that breaks off is replaced by the rest of the same representation, or by all of it anew for those who have
 * been given nothing yet, where the origin can be asked again.
 */
import { systemClock } from "../time/clock.ts";
import type { CancelTimer } from "../time/timers.ts";
import { type Buffered, RetainedBytes, WindowedBytes } from "./body-buffer.ts";
import { BodyMemory } from "./body-memory.ts";
import { BodyReader, type BodySource, type ReaderEnd, type ReaderOptions } from "./body-reader.ts";
import { BodyReaders } from "./body-readers.ts";
import type { BodyFacts, BodyRefill, GrowingBodyOptions } from "./body-settings.ts";
import { sizeOf } from "./complete-body.ts";
import { isWorthFilling } from "./fill-policy.ts";
import { HoldUp } from "./hold-up.ts";
import { Patience } from "./patience.ts";
import { Refills } from "./refills.ts";

/** A complete body in the form the runtime sends fastest. */
export type SealedBody = Uint8Array<ArrayBuffer> | Blob;

/** What a body is received from: a stream, or all of its bytes where they are here already, or nothing. */
export type BodyBytes = ReadableStream<Uint8Array> | Uint8Array | null;

/** How a body came to its end. */
export type BodyOutcome =
  /** All of it is held. */
  | "retained"
  /** All of it was passed on, and it is not held. */
  | "passed"
  /** It was cut short, or given up because nobody was left to read it. */
  | "failed";

const FIRST_ALLOCATION_BYTES = 16 * 1024;
const READ_BYTES = 256 * 1024;

const NO_LONGER_HELD = "Cannot read response body: its first bytes are no longer held";

/** The source goes on beyond the length that it has declared: nothing that it sends can be trusted. */
class OverrunError extends RangeError {}

/** A response body while it arrives, and after: appended to by its source, read by any number of readers. */
export class GrowingBody implements BodySource {
  /** Resolves when the source has ended. Never rejects. */
  readonly done: Promise<BodyOutcome>;
  readonly #options: GrowingBodyOptions;
  readonly #readers = new BodyReaders();
  readonly #typed: boolean;
  readonly #isForStore: boolean;
  #refills: Refills;
  readonly #patience: Patience;
  readonly #memory: BodyMemory;
  #source: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #whole: Uint8Array | undefined;
  #buffer: Buffered;
  #length: number | undefined;
  #sealed: SealedBody | undefined;
  #failure: unknown;
  #ended = false;
  /** Whether anybody has come for it, be it to read or to leave it unread. */
  #wasVisited = false;
  /** How many others count on it to be received to its end. */
  #claims = 0;
  /** Memory that its sealed form takes of the budget, and a copy of that. */
  #stored = 0;
  #copied = 0;
  #resume: (() => void) | undefined;
  /** Where the slowest reader is for whom the source waits, and whether another starves meanwhile. */
  #heldUpAt = 0;
  #isAnyStarving = false;
  #cancelDismissal: CancelTimer | undefined;
  /** How many stored responses have this body once it is complete. */
  #holders = 1;

  constructor(source: BodyBytes, facts: BodyFacts, options: GrowingBodyOptions) {
    this.#options = options;
    this.#typed = facts.typed;
    this.#isForStore = facts.isForStore ?? true;
    this.#refills = new Refills(facts.refill);
    this.#patience = new Patience(options.laggardLimit, options.clock ?? systemClock);
    this.#memory = new BodyMemory(options.inFlight);
    this.#length = source === null ? 0 : facts.length;
    this.#buffer = new WindowedBytes();
    const capacity = this.#length ?? Math.min(FIRST_ALLOCATION_BYTES, options.retainLimit);
    if (facts.retain && this.#reserve(capacity)) this.#buffer = new RetainedBytes(capacity);
    if (source instanceof Uint8Array) this.#whole = source;
    else this.#source = source?.getReader();
    this.done = this.#pump(); // what is here already is taken in at once
  }

  /** A body that is complete already; `undefined` when memory has no room for it. */
  static complete(sealed: SealedBody, typed: boolean, options: GrowingBodyOptions): GrowingBody | undefined {
    const length = sizeOf(sealed);
    if (length > options.retainLimit || !options.budget.reserve(length)) return undefined;
    const body = new GrowingBody(null, { length: 0, retain: true, typed }, options);
    body.#stored = length;
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

  /** Whether a byte is held, or will be once no more than `lookAhead` bytes before it have come. */
  isNear(position: number, lookAhead: number): boolean {
    if (this.#sealed !== undefined) return true;
    const { start, end } = this.#buffer;
    return this.#failure === undefined && start <= position && position <= end + lookAhead;
  }

  /** Memory this body holds against the budget, in bytes. */
  get heldBytes(): number {
    return this.#stored + this.#memory.bytes;
  }

  /** Adds one more stored response that has this body, and will release it like the others. */
  share(): this {
    this.#holders++;
    return this;
  }

  /** Gives the memory of a body that is no longer stored back to the budget. Readers under way are not disturbed. */
  release(): void {
    if (this.#sealed === undefined) return this.#memory.letGo();
    if (--this.#holders > 0) return;
    this.#options.budget.release(this.#stored + this.#copied);
    this.#stored = 0;
    this.#copied = 0;
  }

  /** Takes memory for a second copy of a complete body, unless it has: as long as it is stored. False where none is free. */
  reserveCopy(): boolean {
    if (this.#copied > 0 || this.#stored === 0) return this.#copied > 0;
    if (this.#options.budget.reserveFree(this.#stored)) this.#copied = this.#stored;
    return this.#copied > 0;
  }

  /** Bytes `first` to `last` inclusive, as they arrive; all of them by default. Once sealed, use `sealed` instead. */
  read(onEnd: ReaderEnd, first = 0, last = Infinity): ReadableStream<Uint8Array> {
    return this.#open({ first, last, onEnd, isAlone: true });
  }

  /** As `read()`, for an answer that has other bytes of this body too. */
  readPiece(onEnd: ReaderEnd, first: number, last: number): ReadableStream<Uint8Array> {
    return this.#open({ first, last, onEnd, isAlone: false });
  }

  #open(options: ReaderOptions): ReadableStream<Uint8Array> {
    this.#wasVisited = true;
    const reader = new BodyReader(this, options);
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

  advanced(from: number, isStarving: boolean): void {
    if (this.#resume === undefined) return;
    if (from <= this.#heldUpAt || (isStarving && !this.#isAnyStarving)) this.#resume();
  }

  /** The last reader to leave takes a body with it that will not be stored, or is not worth finishing. */
  left(reader: BodyReader): void {
    if (!this.#readers.delete(reader)) return;
    if (this.#readers.size === 0) this.#cancelDismissal?.();
    if (this.#readers.size > 0) this.#resume?.();
    else if (this.#sealed !== undefined) this.#buffer = new WindowedBytes(this.#buffer.end);
    else if (this.#ended) this.#memory.letGo();
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
      if (this.#readers.size === 0 && !this.#goesOnUnread()) this.abandon();
    });
  }

  /** Has it received to its end, read or not, unless it turns out too large to be held. Returns what ends that. */
  claim(): () => void {
    this.#claims++;
    return () => {
      this.#claims--;
      if (this.#readers.size === 0) this.leaveUnread();
    };
  }

  /** Stops reading the source; readers see a broken body. */
  abandon(reason: unknown = new Error("Cannot finish response body: nobody reads it")): void {
    if (!this.#ended) this.#fail(reason);
  }

  async #pump(): Promise<BodyOutcome> {
    while (!this.#ended) {
      try {
        if (this.#whole !== undefined) this.#append(this.#whole);
        else if (this.#source !== undefined) await this.#receive(this.#source);
        this.#finish();
      } catch (error) {
        const isMended = !(error instanceof OverrunError) && await this.#refillAfter(error).catch(() => false);
        if (!isMended) this.#fail(error);
      }
    }
    // They hold on to all of the exchange with the origin, and of the request that caused it.
    this.#source = undefined;
    this.#whole = undefined;
    this.#refills = new Refills(undefined);
    if (this.#failure !== undefined) return "failed";
    return this.#sealed === undefined ? "passed" : "retained";
  }

  async #receive(source: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    while (!this.#ended) {
      if (this.#buffer instanceof WindowedBytes && !this.#hasRoom(this.#buffer)) {
        await this.#waitForReaders(this.#buffer);
      }
      const { done, value } = await source.read();
      if (done || this.#ended) return;
      this.#append(value);
    }
  }

  #append(chunk: Uint8Array): void {
    if (chunk.byteLength === 0) return;
    const size = this.#buffer.end + chunk.byteLength;
    if (this.#length !== undefined && size > this.#length) {
      throw new OverrunError(`Cannot complete response body: more than its ${this.#length} bytes arrived`);
    }
    if (this.#buffer instanceof RetainedBytes && !this.#fits(this.#buffer, chunk.byteLength)) {
      // Those who asked for it may not have come yet: only when all have gone is it given up.
      if (this.#readers.size === 0 && this.#wasVisited) return this.abandon();
      this.#memory.becomeWindow(this.#buffer.end);
      this.#buffer = this.#buffer.toWindow(this.#slowestPosition());
    }
    this.#buffer.append(chunk);
    if (this.#buffer instanceof WindowedBytes) this.#memory.countWindow(this.#buffer);
    // What nobody reads may have been worth finishing until now.
    else if (this.#readers.size === 0 && this.#wasVisited && !this.#goesOnUnread()) return this.abandon();
    this.#readers.serveSoon();
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
    return bytes <= this.#options.retainLimit && this.#memory.reserve(bytes);
  }

  #finish(): void {
    if (this.#ended) return;
    if (this.#length !== undefined && this.#buffer.end !== this.#length) {
      throw new RangeError(`Cannot complete response body: ${this.#buffer.end} of ${this.#length} bytes arrived`);
    }
    if (this.#buffer instanceof RetainedBytes) this.#seal(this.#buffer);
    else if (this.#readers.size === 0) this.#memory.letGo();
    else this.#dismissStalledLater();
    this.#ended = true;
    this.#length = this.#buffer.end;
    this.#readers.serveSoon();
  }

  #seal(buffer: RetainedBytes): void {
    const bytes = buffer.exact();
    const sealed = this.#typed ? this.#options.seal(bytes) : bytes;
    this.#memory.handOver(bytes.byteLength);
    this.#stored = bytes.byteLength;
    this.#sealed = sealed;
    // Readers under way keep their bytes through the buffer; afterwards only the sealed form remains.
    if (this.#readers.size === 0) this.#buffer = new WindowedBytes(buffer.end);
  }

  /** Lets another source take the place of one that broke off. False where there is none. */
  async #refillAfter(error: unknown): Promise<boolean> {
    const position = this.#buffer.end;
    const refill = this.#ended ? undefined : this.#refills.next(position, this.#length);
    if (refill === undefined) return false;
    const rest = await refill.resume(position);
    if (rest === undefined) return await this.#beginAnew(refill, error);
    if (!this.#replaceSource(rest)) return false;
    this.#options.events?.resumed?.();
    return true;
  }

  /** Begins anew for those who have been given nothing; the others see that their body is broken. */
  async #beginAnew(refill: BodyRefill, error: unknown): Promise<boolean> {
    for (const reader of this.#readers.filter(({ canBeginAnew }) => !canBeginAnew)) reader.breakOff(error);
    if (this.#ended || this.#readers.size === 0) return false;
    this.#empty(); // at once, for nobody must be given any more of the first
    const whole = await refill.again();
    if (whole === undefined || !this.#replaceSource(whole)) return false;
    this.#options.events?.restarted?.();
    return true;
  }

  #empty(): void {
    this.#refills.beginAnew();
    if (this.#buffer instanceof RetainedBytes) {
      this.#buffer = new RetainedBytes(this.#buffer.capacity);
      return;
    }
    this.#memory.letGo();
    this.#buffer = new WindowedBytes();
  }

  #replaceSource(stream: ReadableStream<Uint8Array>): boolean {
    this.#whole = undefined;
    if (!this.#ended) this.#source = stream.getReader();
    else stream.cancel().catch(() => {}); // all have gone meanwhile
    return !this.#ended;
  }

  /** Whether it is received to its end though nobody reads it. */
  #goesOnUnread(): boolean {
    if (!this.retained) return false;
    if (this.#claims > 0) return true;
    return this.#isForStore && isWorthFilling(this.#options.fill, this.#buffer.end, this.#length);
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = error ?? new Error("Cannot finish response body: its source failed");
    this.#memory.letGo();
    this.#source?.cancel(error).catch(() => {}); // the source may have failed by itself; either way it is over
    this.#readers.serveSoon();
    this.#resume?.();
  }

  /** Whether the slowest reader is near enough for more to be read. */
  #hasRoom(buffer: WindowedBytes): boolean {
    const slowest = this.#slowestPosition();
    buffer.dropBefore(slowest);
    this.#memory.countWindow(buffer);
    const held = buffer.end - slowest;
    return held <= 0 || (held < this.#options.window && this.#options.inFlight.hasRoom);
  }

  async #waitForReaders(buffer: WindowedBytes): Promise<void> {
    const holdUp = new HoldUp({
      ...this.#options,
      patience: this.#patience,
      onStall: (position) => this.#breakOffStalled(position),
      onImpatience: () => this.#resume?.(),
    });
    while (!this.#ended && !this.#hasRoom(buffer)) {
      this.#heldUpAt = this.#slowestPosition();
      this.#isAnyStarving = this.#readers.isAnyStarving(buffer.end);
      holdUp.note(this.#heldUpAt, this.#isAnyStarving);
      if (this.#isAnyStarving && this.#patience.left === 0) this.#leaveBehind(buffer);
      else await new Promise<void>((resolve) => (this.#resume = resolve));
      this.#resume = undefined;
    }
    holdUp.end();
  }

  #breakOffStalled(position: number): void {
    if (this.#readers.size === 0) return this.abandon();
    const stalled = this.#readers.filter((reader) => reader.position === position);
    for (const reader of stalled) reader.breakOff(new Error("Cannot send response: the client reads too slowly"));
  }

  /** Nor does the rest of a window wait for ever, once all has come, for those who take nothing of it. */
  #dismissStalledLater(): void {
    const slowest = this.#slowestPosition();
    this.#cancelDismissal = this.#options.timers.after(this.#options.stallLimit, () => {
      if (this.#slowestPosition() === slowest) this.#breakOffStalled(slowest);
      if (this.#readers.size > 0) this.#dismissStalledLater();
    });
  }

  /** Goes on without those who keep the window full, all of them at once. */
  #leaveBehind({ end }: WindowedBytes): void {
    const distance = Math.min(end - this.#slowestPosition(), this.#options.window);
    const laggards = this.#readers.filter(({ position }) => end - position >= distance);
    for (const reader of laggards) reader.leaveBehind(this.#refills.range);
    this.#options.events?.leftBehind?.(laggards.length);
  }

  #slowestPosition(): number {
    return this.#readers.slowest ?? this.#buffer.start;
  }
}
