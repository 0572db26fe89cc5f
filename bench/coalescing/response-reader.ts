type State = "head" | "body" | "chunk-size" | "chunk-end" | "trailer" | "done";

/**
 * Takes the framing off one response as its bytes arrive (RFC 9112 §6.3, §7.1), and knows whether it has come to a
 * proper end. Cheap enough not to be what a benchmark measures.
 */
export class ResponseReader {
  /** Zero until the header section has arrived. */
  status = 0;
  readonly #onBody: (bytes: Buffer) => void;
  #state: State = "head";
  #pending: Buffer = Buffer.alloc(0);
  #chunked = false;
  /** Bytes that are left of the body or of the chunk; without end where the end of the connection is the end. */
  #remaining = 0;

  constructor(onBody: (bytes: Buffer) => void) {
    this.#onBody = onBody;
  }

  get complete(): boolean {
    return this.#state === "done";
  }

  push(bytes: Buffer): void {
    let rest = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    while (rest.length > 0 && !this.complete) {
      const taken = this.#take(rest);
      if (taken === 0) break;
      rest = rest.subarray(taken);
    }
    this.#pending = rest;
  }

  /** The other side has closed in good order. */
  end(): void {
    if (this.#state === "body" && this.#remaining === Infinity) this.#state = "done";
  }

  /** Bytes that could be read; zero when more of them are needed. */
  #take(bytes: Buffer): number {
    if (this.#state === "body") return this.#takeBody(bytes);
    const mark = this.#state === "head" ? "\r\n\r\n" : "\r\n";
    const end = bytes.indexOf(mark);
    if (end < 0) return 0;
    const text = bytes.toString("latin1", 0, end);
    if (this.#state === "head") this.#readHead(text);
    else if (this.#state === "chunk-size") this.#readSize(text);
    else if (this.#state === "chunk-end") this.#state = "chunk-size";
    else if (text === "") this.#state = "done";
    return end + mark.length;
  }

  #takeBody(bytes: Buffer): number {
    const part = bytes.subarray(0, Math.min(bytes.length, this.#remaining));
    this.#remaining -= part.length;
    if (this.#remaining === 0) this.#state = this.#chunked ? "chunk-end" : "done";
    this.#onBody(part);
    return part.length;
  }

  #readHead(text: string): void {
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1]);
    if (status < 200) return;
    this.status = status;
    this.#chunked = /\r\ntransfer-encoding: *chunked/i.test(text);
    const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
    this.#remaining = length === undefined ? Infinity : Number(length);
    this.#state = this.#chunked ? "chunk-size" : this.#remaining === 0 ? "done" : "body";
  }

  #readSize(text: string): void {
    this.#remaining = Number.parseInt(text, 16);
    this.#state = this.#remaining === 0 ? "trailer" : "body";
  }
}
