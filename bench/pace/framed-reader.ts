const LINE_END = [13, 10, 13, 10];

/** The longest header section that is read. */
const HEAD_BYTES = 16 * 1024;

/**
 * Counts the responses of one keep-alive connection as their bytes arrive, framed by `Content-Length` alone
 * (RFC 9112 §6.3). It throws on everything that a benchmark does not expect: another status than 200, another framing,
 * bytes after the response that was asked for. It allocates once for each response, when it looks at the header section.
 */
export class FramedReader {
  readonly #head = new Uint8Array(HEAD_BYTES);
  #headBytes = 0;
  /** How many bytes of the end of a header section were seen. */
  #matched = 0;
  /** Bytes of the body that are missing; `-1` while the header section is read. */
  #missing = -1;

  /** Takes the first `count` bytes; whether they complete the response. */
  push(bytes: Uint8Array, count: number): boolean {
    let at = 0;
    if (this.#missing < 0) at = this.#takeHead(bytes, count);
    if (this.#missing < 0) return false;
    this.#missing -= count - at;
    if (this.#missing > 0) return false;
    if (this.#missing < 0) throw new Error("Cannot read the response: more bytes than one response has");
    this.#missing = -1;
    return true;
  }

  /** How many bytes belong to the header section, whose end may be among them. */
  #takeHead(bytes: Uint8Array, count: number): number {
    for (let at = 0; at < count; at++) {
      const byte = bytes[at]!;
      if (this.#headBytes === HEAD_BYTES) throw new Error("Cannot read the response: its header section is too long");
      this.#head[this.#headBytes++] = byte;
      this.#matched = byte === LINE_END[this.#matched] ? this.#matched + 1 : byte === 13 ? 1 : 0;
      if (this.#matched < LINE_END.length) continue;
      this.#missing = bodyBytes(latin1(this.#head, this.#headBytes));
      this.#headBytes = 0;
      this.#matched = 0;
      return at + 1;
    }
    return count;
  }
}

function latin1(bytes: Uint8Array, count: number): string {
  return String.fromCharCode(...bytes.subarray(0, count));
}

function bodyBytes(head: string): number {
  if (!/^HTTP\/1\.1 200[ \r]/.test(head)) {
    throw new Error(`Cannot read the response: "${head.slice(0, head.indexOf("\r"))}" is no 200`);
  }
  const length = /\r\ncontent-length: *(\d+) *\r\n/i.exec(head)?.[1];
  if (length === undefined) throw new Error("Cannot read the response: it has no Content-Length");
  return Number(length);
}
