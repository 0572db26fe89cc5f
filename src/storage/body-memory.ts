import type { InFlightBytes } from "./in-flight-bytes.ts";

/** What one body holds of the memory for bodies in flight, and of the budget once it is stored. */
export class BodyMemory {
  readonly #inFlight: InFlightBytes;
  /** Of the one buffer of a retained body, or of one that was. */
  #reserved = 0;
  /** Up to where a windowed body holds that buffer. */
  #reservedUpTo = 0;
  /** Of what a window holds beyond that. */
  #counted = 0;

  constructor(inFlight: InFlightBytes) {
    this.#inFlight = inFlight;
  }

  get bytes(): number {
    return this.#reserved + this.#counted;
  }

  /** Takes so much more for the buffer of a retained body. False where there is no room. */
  reserve(bytes: number): boolean {
    if (!this.#inFlight.reserve(bytes)) return false;
    this.#reserved += bytes;
    return true;
  }

  /** The body is windowed from here on; what has come so far stays in the buffer that it has. */
  becomeWindow(end: number): void {
    this.#reservedUpTo = end;
  }

  /** Counts what a window holds now: what has come, and no more what has been dropped. */
  countWindow({ start, end }: { readonly start: number; readonly end: number }): void {
    if (start >= this.#reservedUpTo) {
      this.#inFlight.release(this.#reserved);
      this.#reserved = 0;
    }
    const counted = end - Math.max(start, this.#reservedUpTo);
    if (counted > this.#counted) this.#inFlight.force(counted - this.#counted);
    else this.#inFlight.release(this.#counted - counted);
    this.#counted = counted;
  }

  /** All has come: so many bytes stay in the budget, of which the caller knows from now on. */
  handOver(bytes: number): void {
    this.#inFlight.release(this.#reserved - bytes);
    this.#inFlight.keep(bytes);
    this.#reserved = 0;
  }

  /** Gives everything back. */
  letGo(): void {
    this.#inFlight.release(this.bytes);
    this.#reserved = 0;
    this.#reservedUpTo = 0;
    this.#counted = 0;
  }
}
