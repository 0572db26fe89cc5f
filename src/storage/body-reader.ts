/** Called once, when a reader has read to the end or has gone. */
export type ReaderEnd = (bytesRead: number, complete: boolean) => void;

/** What a reader asks of the body it reads. */
export interface BodySource {
  /** Next bytes for a reader: some, none yet, or none any more. Throws when there will be none. */
  take(position: number, limit: number): Uint8Array | "wait" | "end";
  /** Tells that a reader moved on. */
  advanced(): void;
  /** Forgets a reader. */
  left(reader: BodyReader): void;
}

/** One reader's cursor, presented as a stream that buffers nothing of its own. */
export class BodyReader {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #body: BodySource;
  readonly #first: number;
  readonly #limit: number;
  readonly #onEnd: ReaderEnd;
  #position: number;
  #wake: (() => void) | undefined;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #over = false;

  constructor(body: BodySource, first: number, last: number, onEnd: ReaderEnd) {
    this.#body = body;
    this.#first = first;
    this.#position = first;
    this.#limit = last + 1;
    this.#onEnd = onEnd;
    this.stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: (controller) => this.#pull(controller),
      cancel: () => this.#end(false),
    }, { highWaterMark: 0 });
  }

  get position(): number {
    return this.#position;
  }

  wake(): void {
    this.#wake?.();
  }

  breakOff(reason: Error): void {
    if (this.#over) return;
    this.#controller?.error(reason);
    this.#end(false);
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      let next = this.#body.take(this.#position, this.#limit);
      while (next === "wait") {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        if (this.#over) return;
        next = this.#body.take(this.#position, this.#limit);
      }
      if (next === "end") return this.#close(controller);
      this.#position += next.byteLength;
      controller.enqueue(next);
      this.#body.advanced();
      if (this.#position >= this.#limit) this.#close(controller);
    } catch (error) {
      controller.error(error);
      this.#end(false);
    }
  }

  #close(controller: ReadableStreamDefaultController<Uint8Array>): void {
    controller.close();
    this.#end(true);
  }

  #end(complete: boolean): void {
    if (this.#over) return;
    this.#over = true;
    this.#wake?.();
    this.#body.left(this);
    this.#onEnd(this.#position - this.#first, complete);
  }
}
