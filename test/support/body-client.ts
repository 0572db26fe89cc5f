import type { GrowingBody } from "../../src/storage/growing-body.ts";

/** A client of a body, who reads when told to. */
export class BodyClient {
  readonly stream: ReadableStream<Uint8Array>;
  readonly ends: [bytesRead: number, complete: boolean][] = [];
  readonly received: number[] = [];
  error: unknown;
  over = false;
  reads = 0;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(body: GrowingBody, first?: number, last?: number) {
    this.stream = body.read((bytesRead, complete) => this.ends.push([bytesRead, complete]), first, last);
    this.#reader = this.stream.getReader();
  }

  /** Takes one chunk. */
  async read(): Promise<void> {
    try {
      const { done, value } = await this.#reader.read();
      this.reads++;
      if (done) this.over = true;
      else this.received.push(...value);
    } catch (error) {
      this.error = error;
      this.over = true;
    }
  }

  async readToEnd(): Promise<this> {
    while (!this.over) await this.read();
    return this;
  }

  /** Takes chunks until at least `bytes` have come. */
  async readUntil(bytes: number): Promise<void> {
    while (!this.over && this.received.length < bytes) await this.read();
  }

  async leave(): Promise<void> {
    await this.#reader.cancel();
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(this.received);
  }
}
