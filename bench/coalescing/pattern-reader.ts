import type { Socket } from "node:net";
import { open, requestText } from "./crowd.ts";
import { pattern, PATTERN_BYTES, sharedNow } from "./plan.ts";
import { ResponseReader } from "./response-reader.ts";

const PATTERN = pattern(16);
const PATIENCE_MS = 30_000;

/** `complete` by its framing, or else visibly broken off. */
export type Ending = "complete" | "broken";

/** Reads one large body and compares every byte of it, without keeping any. */
export class PatternReader {
  /** Bytes received. */
  position = 0;
  /** Whether all of them were the right ones. */
  isRight = true;
  readonly startedAt: number;
  readonly ended: Promise<Ending>;
  readonly #socket: Socket;
  readonly #reader = new ResponseReader((bytes) => this.#compare(bytes));
  readonly #stallAt: number;

  private constructor(socket: Socket, path: string, stallAt: number) {
    this.#socket = socket;
    this.#stallAt = stallAt;
    this.ended = new Promise((resolve) => {
      const end = (): void => resolve(this.#reader.complete ? "complete" : "broken");
      const patience = setTimeout(() => socket.destroy(), PATIENCE_MS);
      socket.on("data", (bytes: Buffer) => {
        this.#receive(bytes);
        if (this.#reader.complete) end();
      });
      socket.on("end", () => this.#reader.end());
      socket.on("error", end);
      socket.on("close", () => {
        clearTimeout(patience);
        end();
      });
    });
    this.startedAt = sharedNow();
    socket.write(requestText({ path }));
  }

  /** Begins to read. At `stallAt` bytes it stops until `resume()`. */
  static async start(port: number, path: string, options: { stallAt?: number } = {}): Promise<PatternReader> {
    return new PatternReader(await open(port), path, options.stallAt ?? Infinity);
  }

  /** Goes on after the stall. */
  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(bytes: Buffer): void {
    const before = this.position;
    this.#reader.push(bytes);
    if (before < this.#stallAt && this.position >= this.#stallAt) this.#socket.pause();
  }

  #compare(bytes: Buffer): void {
    for (let done = 0; done < bytes.length;) {
      const offset = this.position % PATTERN_BYTES;
      const length = Math.min(bytes.length - done, PATTERN.length - offset);
      const isSame = bytes.compare(PATTERN, offset, offset + length, done, done + length) === 0;
      this.isRight &&= isSame;
      done += length;
      this.position += length;
    }
  }
}
