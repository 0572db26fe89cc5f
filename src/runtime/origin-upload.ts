/** What an upload tells the exchange it belongs to. */
export interface UploadEvents {
  /** The next bytes are awaited from the client; the origin owes nothing. */
  onStarved(): void;
  /** Bytes are on their way to the origin, which must take them. */
  onChunk(): void;
  /** The client's side of the body failed. */
  onFailed(cause: unknown): void;
}

/**
 * A request body on its way to the origin: one chunk is read each time the connection can take one.
 * Once stopped it never ends regularly, so that a half-sent body cannot be completed by mistake.
 */
export class Upload implements AsyncIterable<Uint8Array> {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #events: UploadEvents;
  #over = false;

  constructor(body: ReadableStream<Uint8Array>, events: UploadEvents) {
    this.#reader = body.getReader();
    this.#events = events;
  }

  /** Lets go of the client's side: nothing more is read from it. Harmless when the body has been sent. */
  stop(): void {
    if (this.#over) return;
    this.#over = true;
    // A body that failed rejects its cancellation too; the failure has been reported by then.
    this.#reader.cancel().catch(() => {});
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (let chunk = await this.#read(); chunk !== undefined; chunk = await this.#read()) {
      this.#events.onChunk();
      yield chunk;
    }
  }

  async #read(): Promise<Uint8Array | undefined> {
    this.#events.onStarved();
    try {
      const { done, value } = await this.#reader.read();
      if (this.#over) throw new Error("Cannot send request body: the exchange is over");
      this.#over = done;
      return value;
    } catch (error) {
      if (!this.#over) this.#events.onFailed(error);
      throw error;
    }
  }
}
