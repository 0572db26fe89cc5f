import type { Dispatcher } from "undici/index.js";

/** Bytes kept ready for a reader before the origin is made to wait. */
const BUFFERED_BYTES = 65_536;

/** What a reader of a response body does, told to the exchange. */
export interface BodyEvents {
  /** The reader is behind; the origin is not read from. */
  onPause(): void;
  /** The reader wants more; the origin owes the next bytes. */
  onWanted(): void;
  onCancel(): void;
}

/**
 * A response body as a web stream, unread means unsent. A stream of our own costs less than `Readable.toWeb()`
 * on every runtime, and keeps the bytes as they came.
 */
export class OriginBody {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #exchange: Dispatcher.DispatchController;
  readonly #events: BodyEvents;
  #controller!: ReadableStreamDefaultController<Uint8Array>;

  constructor(exchange: Dispatcher.DispatchController, events: BodyEvents) {
    this.#exchange = exchange;
    this.#events = events;
    this.stream = new ReadableStream<Uint8Array>({
      start: (controller) => void (this.#controller = controller),
      pull: () => this.#resume(),
      cancel: () => events.onCancel(),
    }, { highWaterMark: BUFFERED_BYTES, size: (chunk) => chunk!.byteLength });
  }

  push(chunk: Uint8Array): void {
    // A plain view: `Buffer` has a `slice()` of its own that shares memory, which nobody above expects.
    this.#controller.enqueue(new Uint8Array(chunk.buffer as ArrayBuffer, chunk.byteOffset, chunk.byteLength));
    if ((this.#controller.desiredSize ?? 0) > 0) return this.#events.onWanted();
    this.#exchange.pause();
    this.#events.onPause();
  }

  end(): void {
    this.#controller.close();
  }

  fail(error: Error): void {
    this.#controller.error(error);
  }

  #resume(): void {
    if (!this.#exchange.paused) return;
    this.#events.onWanted();
    this.#exchange.resume();
  }
}
