/** What the origin of this benchmark sends for every path of one directory. */
export interface Plan {
  readonly status?: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly body: PlannedBody;
  /** Delay of its answers; `HEADERS_AFTER_MS` by default. */
  readonly delayMs?: number;
}

export type PlannedBody =
  /** JSON that names the request it was made for, see `NamedBody`. */
  | { readonly kind: "named" }
  /** Numbered text in chunks, the first with the header fields and one more every so often. */
  | { readonly kind: "paced"; readonly chunks: number; readonly everyMs: number }
  /** Numbered text with a length. The first `cuts` answers die at the half. Ranges are served. */
  | { readonly kind: "numbered"; readonly size: number; readonly cuts: number }
  /** A repeating pattern that costs nothing to make. Ranges are served. */
  | { readonly kind: "pattern"; readonly size: number };

/** The request an answer was made for. */
export interface NamedBody {
  readonly path: string;
  readonly accept: string;
  readonly cookie: string;
  /** One of a kind for every request to the origin. */
  readonly serial: number;
}

/** Delay of answers in all scenarios. */
export const HEADERS_AFTER_MS = 300;

/** Bytes of one chunk of a paced body. */
export const CHUNK_BYTES = 4096;

/** Prime, so that bytes left out or sent twice never fall on the same pattern again, whatever the size of buffers. */
export const PATTERN_BYTES = 65_521;

/** What the origin has seen of one path. */
export interface PathSeen {
  readonly requests: number;
  /** Connections they came on. */
  readonly connections: number;
  /** When it wrote its first body byte, in milliseconds since the epoch; absent when it did not. */
  readonly firstByteAt?: number;
}

/** Time on a clock that is the same in all processes of a machine and finer than a millisecond. */
export function sharedNow(): number {
  return performance.timeOrigin + performance.now();
}

/** Text of `size` bytes in which every line tells the path and its own number. */
export function numberedText(path: string, size: number): Buffer {
  const lines: string[] = [];
  for (let length = 0, line = 0; length < size; line++) {
    const text = `${path} ${line}\n`;
    lines.push(text);
    length += text.length;
  }
  return Buffer.from(lines.join("").slice(0, size), "latin1");
}

/** `periods` repetitions of the pattern, which has the byte of position `p` at `p % PATTERN_BYTES`. */
export function pattern(periods: number): Buffer {
  const one = Buffer.alloc(PATTERN_BYTES);
  for (let index = 0, state = 1; index < PATTERN_BYTES; index++) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    one[index] = state >> 16;
  }
  return Buffer.concat(Array.from({ length: periods }, () => one));
}
