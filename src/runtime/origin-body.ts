import type { Dispatcher } from "undici/index.js";
import { joinBytes } from "../storage/complete-body.ts";

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
 * A response body: whole, where all of it has come before anybody asks, else as a web stream, unread means unsent. A
 * stream of our own costs less than `Readable.toWeb()` on every runtime, and none at all costs least: most bodies are
 * small, and come along with their headers.
 */
export class OriginBody {
  readonly #exchange: Dispatcher.DispatchController;
  readonly #events: BodyEvents;
  /** What has come before there was a stream. */
  #early: Uint8Array<ArrayBuffer>[] = [];
  #earlyBytes = 0;
  #end: "none" | "complete" | { readonly error: Error } = "none";
  #whole: Uint8Array<ArrayBuffer> | undefined;
  #stream: ReadableStream<Uint8Array> | undefined;
  #controller!: ReadableStreamDefaultController<Uint8Array>;

  constructor(exchange: Dispatcher.DispatchController, events: BodyEvents) {
    this.#exchange = exchange;
    this.#events = events;
  }

  /** All of it; `undefined` while it is not complete, and once it is read as a stream. */
  get whole(): Uint8Array<ArrayBuffer> | undefined {
    if (this.#end !== "complete" || this.#stream !== undefined) return undefined;
    return this.#whole ??= this.#early.length === 1 ? this.#early[0]! : joinBytes(this.#early);
  }

  get stream(): ReadableStream<Uint8Array> {
    return this.#stream ??= this.#open();
  }

  push(chunk: Uint8Array): void {
    // A plain view: `Buffer` has a `slice()` of its own that shares memory, which nobody above expects.
    const bytes = new Uint8Array(chunk.buffer as ArrayBuffer, chunk.byteOffset, chunk.byteLength);
    if (this.#stream === undefined) {
      this.#early.push(bytes);
      this.#earlyBytes += bytes.byteLength;
    } else this.#controller.enqueue(bytes);
    if (this.#hasRoom()) return this.#events.onWanted();
    this.#exchange.pause();
    this.#events.onPause();
  }

  end(): void {
    this.#end = "complete";
    if (this.#stream !== undefined) this.#controller.close();
  }

  fail(error: Error): void {
    this.#end = { error };
    if (this.#stream !== undefined) this.#controller.error(error);
  }

  #hasRoom(): boolean {
    if (this.#stream === undefined) return this.#earlyBytes < BUFFERED_BYTES;
    return (this.#controller.desiredSize ?? 0) > 0;
  }

  #open(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
        for (const bytes of this.#early.splice(0)) controller.enqueue(bytes);
        if (this.#end === "complete") controller.close();
        else if (this.#end !== "none") controller.error(this.#end.error);
      },
      pull: () => this.#resume(),
      cancel: () => this.#events.onCancel(),
    }, { highWaterMark: BUFFERED_BYTES, size: (chunk) => chunk!.byteLength });
  }

  #resume(): void {
    if (!this.#exchange.paused) return;
    this.#events.onWanted();
    this.#exchange.resume();
  }
}
