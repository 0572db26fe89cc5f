/** Chunks below this size that nobody has read yet are packed into blocks: an object for each would outweigh them. */
const SMALL_CHUNK_BYTES = 4 * 1024;
const BLOCK_BYTES = 16 * 1024;

/** Bytes held of a body, from `start` to `end`. */
export interface Buffered {
  readonly start: number;
  readonly end: number;
  append(chunk: Uint8Array): void;
  /** Bytes from `from` up to at most `to`; `undefined` when `from` has not arrived. */
  slice(from: number, to: number): Uint8Array | undefined;
}

/** The whole body so far, in one buffer. */
export class RetainedBytes implements Buffered {
  readonly start = 0;
  end = 0;
  #bytes: Uint8Array<ArrayBuffer>;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  get capacity(): number {
    return this.#bytes.byteLength;
  }

  append(chunk: Uint8Array): void {
    this.#bytes.set(chunk, this.end);
    this.end += chunk.byteLength;
  }

  slice(from: number, to: number): Uint8Array | undefined {
    return from < this.end ? this.#bytes.subarray(from, Math.min(to, this.end)) : undefined;
  }

  grow(capacity: number): void {
    const bytes = new Uint8Array(capacity);
    bytes.set(this.#bytes.subarray(0, this.end));
    this.#bytes = bytes; // slices handed out before stay valid: their bytes never change
  }

  exact(): Uint8Array<ArrayBuffer> {
    if (this.#bytes.byteLength !== this.end) this.#bytes = this.#bytes.slice(0, this.end);
    return this.#bytes;
  }

  toWindow(slowest: number): WindowedBytes {
    const from = Math.min(slowest, this.end); // a reader of a range may wait ahead of all that has arrived
    const window = new WindowedBytes(from);
    if (from < this.end) window.append(this.#bytes.subarray(from, this.end));
    return window;
  }
}

/** The last part of a body, as a queue of chunks. */
export class WindowedBytes implements Buffered {
  start: number;
  end: number;
  readonly #chunks: Uint8Array[] = [];
  /** The block that the last chunk is a part of, if it is one and has room. */
  #block: Uint8Array | undefined;

  constructor(start = 0) {
    this.start = start;
    this.end = start;
  }

  append(chunk: Uint8Array): void {
    if (chunk.byteLength < SMALL_CHUNK_BYTES && this.#chunks.length > 0) this.#pack(chunk);
    else {
      this.#chunks.push(chunk);
      this.#block = undefined;
    }
    this.end += chunk.byteLength;
  }

  #pack(chunk: Uint8Array): void {
    let filled = this.#block === undefined ? 0 : this.#chunks.pop()?.byteLength ?? 0;
    if (this.#block === undefined || filled + chunk.byteLength > BLOCK_BYTES) {
      if (this.#block !== undefined) this.#chunks.push(this.#block.subarray(0, filled));
      this.#block = new Uint8Array(BLOCK_BYTES);
      filled = 0;
    }
    this.#block.set(chunk, filled); // slices handed out before stay valid: their bytes never change
    this.#chunks.push(this.#block.subarray(0, filled + chunk.byteLength));
  }

  slice(from: number, to: number): Uint8Array | undefined {
    let offset = this.start;
    for (const chunk of this.#chunks) {
      const next = offset + chunk.byteLength;
      if (from < next) return chunk.subarray(from - offset, Math.min(to, next) - offset);
      offset = next;
    }
    return undefined;
  }

  dropBefore(position: number): void {
    let first = this.#chunks[0];
    while (first !== undefined && this.start + first.byteLength <= position) {
      this.start += first.byteLength;
      this.#chunks.shift();
      first = this.#chunks[0];
    }
  }
}
