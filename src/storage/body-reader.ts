/** Called once, when a reader has read to the end or has gone. */
export type ReaderEnd = (bytesRead: number, complete: boolean) => void;

/** What a reader asks of the body it reads. */
export interface BodySource {
  /** Next bytes for a reader: some, none yet, or none any more. Throws when there will be none. */
  take(position: number, limit: number): Uint8Array | "wait" | "end";
  /** Tells that a reader that was at a position moved on, or has nothing more to read for now. */
  advanced(from: number, isStarving: boolean): void;
  /** Forgets a reader. */
  left(reader: BodyReader): void;
}

/** Bytes from a position to another, inclusive, or to the end; `undefined` where there are none to be had. */
export type RangeSource = (first: number, last: number | undefined) => Promise<ReadableStream<Uint8Array> | undefined>;

const TOO_SLOW = "Cannot send response: the client reads too slowly";

/** One reader's cursor, presented as a stream that buffers nothing of its own. */
export class BodyReader {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #body: BodySource;
  readonly #first: number;
  readonly #limit: number;
  readonly #onEnd: ReaderEnd;
  readonly #isAlone: boolean;
  #position: number;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  /** Whether the client wants bytes, and has not been given any yet. */
  #isStarving = false;
  /** Where it goes on once the body has gone on without it. */
  #ownSource: RangeSource | undefined;
  #own: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #over = false;

  constructor(body: BodySource, { first, last, onEnd, isAlone }: ReaderOptions) {
    this.#body = body;
    this.#first = first;
    this.#position = first;
    this.#limit = last + 1;
    this.#onEnd = onEnd;
    this.#isAlone = isAlone;
    this.stream = new ReadableStream<Uint8Array>({
      start: (controller) => void (this.#controller = controller),
      pull: () => this.#ownSource === undefined ? this.#take() : this.#takeOwn(this.#ownSource),
      cancel: (reason) => {
        this.#own?.cancel(reason).catch(() => {}); // nobody wants it any more, however it ends
        this.#end(false);
      },
    }, { highWaterMark: 0 });
  }

  get position(): number {
    return this.#position;
  }

  /** Whether its client can be given all anew: it has been given nothing so far, by this reader or another. */
  get canBeginAnew(): boolean {
    return this.#isAlone && this.#position === this.#first;
  }

  get isStarving(): boolean {
    return this.#isStarving;
  }

  /** Gives the client what it waits for, if that has come. */
  serve(): void {
    if (this.#isStarving) this.#take();
  }

  breakOff(reason: unknown): void {
    if (this.#over) return;
    this.#controller.error(reason);
    this.#end(false);
  }

  /** The body goes on without it: what it has not read it gets from elsewhere, if and when its client wants it. */
  leaveBehind(source: RangeSource | undefined): void {
    if (this.#over) return;
    if (source === undefined) return this.breakOff(new Error(TOO_SLOW));
    this.#ownSource = source;
    this.#body.left(this);
    if (this.#isStarving) void this.#takeOwn(source);
  }

  #take(): void {
    this.#isStarving = false;
    const from = this.#position;
    try {
      const next = this.#body.take(from, this.#limit);
      if (next === "end") return this.#close();
      if (next === "wait") this.#isStarving = true;
      else this.#give(next);
      this.#body.advanced(from, this.#isStarving);
    } catch (error) {
      this.breakOff(error);
    }
  }

  async #takeOwn(source: RangeSource): Promise<void> {
    this.#isStarving = false;
    try {
      this.#own ??= await this.#open(source);
      const { done, value } = await this.#own.read();
      if (this.#over) return;
      if (!done) return this.#giveOwn(value);
      if (this.#limit !== Infinity) {
        throw new RangeError(`${TOO_SLOW}, and the rest that was fetched for it is too short`);
      }
      this.#close();
    } catch (error) {
      this.breakOff(error);
    }
  }

  async #open(source: RangeSource): Promise<ReadableStreamDefaultReader<Uint8Array>> {
    const rest = await source(this.#position, this.#limit === Infinity ? undefined : this.#limit - 1);
    if (rest === undefined) throw new Error(TOO_SLOW);
    if (this.#over) rest.cancel().catch(() => {}); // the client has gone meanwhile
    return rest.getReader();
  }

  #giveOwn(bytes: Uint8Array): void {
    if (this.#position + bytes.byteLength > this.#limit) {
      this.#own?.cancel().catch(() => {}); // it is of no use, however it ends
      throw new RangeError(`${TOO_SLOW}, and the rest that was fetched for it is too long`);
    }
    this.#give(bytes);
  }

  #give(bytes: Uint8Array): void {
    this.#position += bytes.byteLength;
    this.#controller.enqueue(bytes);
    if (this.#position >= this.#limit) this.#close();
  }

  #close(): void {
    this.#controller.close();
    this.#end(true);
  }

  #end(complete: boolean): void {
    if (this.#over) return;
    this.#over = true;
    this.#isStarving = false;
    this.#body.left(this);
    this.#onEnd(this.#position - this.#first, complete);
  }
}

/** What a reader reads, inclusive, and who is told when it has. */
export interface ReaderOptions {
  readonly first: number;
  readonly last: number;
  readonly onEnd: ReaderEnd;
  /** Whether no other reader brings bytes of the same answer. */
  readonly isAlone: boolean;
}
