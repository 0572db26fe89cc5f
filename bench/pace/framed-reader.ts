const CR = 13;
const LF = 10;
const HEAD_END = [CR, LF, CR, LF];
const STATUS = bytesOf("HTTP/1.1 200 ");
const LENGTH = bytesOf("\ncontent-length:");

/** The longest header section that is read. */
const HEAD_BYTES = 16 * 1024;

/**
 * Counts the responses of one keep-alive connection as their bytes arrive, framed by `Content-Length` alone
 * (RFC 9112 §6.3). It throws on everything that a benchmark does not expect: another status than 200, another framing,
 * bytes after the response that was asked for. It allocates nothing, so that no garbage collection delays the generator.
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
      this.#matched = byte === HEAD_END[this.#matched] ? this.#matched + 1 : byte === CR ? 1 : 0;
      if (this.#matched < HEAD_END.length) continue;
      this.#missing = bodyBytes(this.#head, this.#headBytes);
      this.#headBytes = 0;
      this.#matched = 0;
      return at + 1;
    }
    return count;
  }
}

function bodyBytes(head: Uint8Array, count: number): number {
  if (!matches(head, 0, STATUS)) throw new Error(`Cannot read the response: "${firstLine(head)}" is no 200`);
  for (let at = 0; at + LENGTH.length < count; at++) {
    if (head[at] === LF && matches(head, at, LENGTH)) return numberAt(head, at + LENGTH.length);
  }
  throw new Error("Cannot read the response: it has no Content-Length");
}

/** Whether `expected`, with its letters in either case, is at this place. */
function matches(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let index = 0; index < expected.length; index++) {
    const wanted = expected[index]!;
    const caseBit = wanted >= 0x61 && wanted <= 0x7a ? 0x20 : 0;
    if ((bytes[at + index]! | caseBit) !== wanted) return false;
  }
  return true;
}

/** The digits of a line, whose only other bytes are spaces and the end of the line. */
function numberAt(bytes: Uint8Array, start: number): number {
  let number = 0;
  for (let at = start; bytes[at] !== CR; at++) {
    if (bytes[at] !== 0x20) number = number * 10 + bytes[at]! - 0x30;
  }
  return number;
}

function firstLine(head: Uint8Array): string {
  return new TextDecoder().decode(head.subarray(0, head.indexOf(CR)));
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
