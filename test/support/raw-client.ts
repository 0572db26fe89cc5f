/**
 * An HTTP/1.1 client that hides nothing: it sends literal bytes and reads framing itself, so that a test can tell a
 * complete response from one that was cut. `fetch` repairs both sides too much for that.
 */
import { connect, type Socket } from "node:net";
import { Buffer } from "node:buffer";

/** One response as it stood on the wire. */
export interface RawResponse {
  readonly status: number;
  readonly reason: string;
  /** Lower-case names, in the order received, repeated lines kept apart. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  /** Body bytes with the framing taken off, one character per byte. */
  readonly body: string;
  readonly framing: "none" | "length" | "chunked" | "close";
  /** The framing was satisfied: length met, or last chunk seen; a close-delimited body ended by FIN counts as complete. */
  readonly complete: boolean;
}

/** How the other side left the connection. */
export type Ending = "end" | "reset" | "open";

/** First value of a response header field, or `undefined`. */
export function header(response: RawResponse, name: string): string | undefined {
  return response.headers.find(([found]) => found === name)?.[1];
}

export interface ReadOptions {
  /** Method of the request that is answered; the answer to HEAD has no body. Default `GET`. */
  readonly method?: string | undefined;
  /** Gives up after this many milliseconds. Default 5000. */
  readonly timeout?: number | undefined;
}

/** One TCP connection. */
export class RawConnection {
  readonly socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #ending: Ending = "open";
  #wake: (() => void)[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      this.#changed();
    });
    socket.on("end", () => this.#end("end"));
    socket.on("error", () => this.#end("reset"));
    socket.on("close", () => this.#end("end"));
  }

  /** Opens a connection. */
  static open(port: number, hostname = "127.0.0.1"): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: hostname, allowHalfOpen: true, noDelay: true });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new RawConnection(socket));
      });
    });
  }

  /** Sends bytes; a string is taken as one byte per character. */
  send(bytes: string | Uint8Array): this {
    if (!this.socket.destroyed) this.socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
    return this;
  }

  /** Everything received and not yet taken by `response()`, one character per byte. */
  get received(): string {
    return this.#received.toString("latin1");
  }

  get ending(): Ending {
    return this.#ending;
  }

  /**
   * Takes the next final response, complete or cut short by the end of the connection. 1xx responses are skipped.
   * `undefined` when the connection ended before a whole header section arrived.
   */
  async response(options: ReadOptions = {}): Promise<RawResponse | undefined> {
    const method = options.method ?? "GET";
    const parsed = await this.#until(() => this.#takeResponse(method), options.timeout);
    return parsed === "none" ? undefined : parsed;
  }

  /** Resolves with the way the connection was ended by the other side; `"open"` when it was not, in time. */
  async closed(timeout = 5000): Promise<Ending> {
    try {
      return await this.#until(() => (this.#ending === "open" ? undefined : this.#ending), timeout);
    } catch {
      return "open";
    }
  }

  /** Resolves once `text` is among the bytes not yet taken. */
  async sees(text: string, timeout = 5000): Promise<void> {
    await this.#until(() => this.received.includes(text) || undefined, timeout);
  }

  /** Drops the connection. */
  destroy(): void {
    this.socket.destroy();
  }

  #end(ending: Ending): void {
    if (this.#ending === "open") this.#ending = ending;
    this.#changed();
  }

  #changed(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  async #until<Result>(read: () => Result | undefined, timeout = 5000): Promise<Result> {
    const deadline = performance.now() + timeout;
    for (;;) {
      const result = read();
      if (result !== undefined) return result;
      await this.#nextChange(deadline);
    }
  }

  #nextChange(deadline: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#wake = this.#wake.filter((other) => other !== wake);
        reject(new Error(`Cannot read: nothing more arrived after ${JSON.stringify(this.received.slice(0, 200))}`));
      }, Math.max(1, deadline - performance.now()));
      const wake = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#wake.push(wake);
    });
  }

  #takeResponse(method: string): RawResponse | "none" | undefined {
    for (;;) {
      const parsed = parseResponse(this.#received, method, this.#ending);
      if (parsed === undefined) return this.#ending === "open" ? undefined : "none";
      if (!parsed.response.complete && this.#ending === "open") return undefined;
      this.#received = this.#received.subarray(parsed.length);
      if (parsed.response.status >= 200 || parsed.response.status === 101) return parsed.response;
    }
  }
}

export interface Collected {
  readonly responses: readonly RawResponse[];
  readonly ending: Ending;
}

/**
 * Sends `bytes` on a connection of its own and collects every response until the other side closes. `ending` is
 * `"open"` when it did not close within `timeout` milliseconds (default 1500).
 */
export async function collect(port: number, bytes: string | Uint8Array, options: ReadOptions = {}): Promise<Collected> {
  const connection = await RawConnection.open(port);
  connection.send(bytes);
  const ending = await connection.closed(options.timeout ?? 1500);
  const responses: RawResponse[] = [];
  for (;;) {
    const response = await connection.response({ method: options.method, timeout: 1 }).catch(() => undefined);
    if (response === undefined) break;
    responses.push(response);
  }
  connection.destroy();
  return { responses, ending };
}

/** Sends one request on a connection of its own and takes the one response to it. */
export async function exchange(
  port: number,
  bytes: string | Uint8Array,
  options: ReadOptions = {},
): Promise<RawResponse | undefined> {
  const connection = await RawConnection.open(port);
  try {
    return await connection.send(bytes).response(options);
  } finally {
    connection.destroy();
  }
}

interface Parsed {
  readonly response: RawResponse;
  /** Bytes taken from the input. */
  readonly length: number;
}

function parseResponse(bytes: Buffer, method: string, ending: Ending): Parsed | undefined {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const [statusLine = "", ...lines] = bytes.toString("latin1", 0, headEnd).split("\r\n");
  const [, code = "0", reason = ""] = /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(statusLine) ?? [];
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const status = Number(code);
  const body = readBody(bytes.subarray(headEnd + 4), frame(status, headers, method), ending);
  const response = { status, reason, headers, body: body.text, framing: body.framing, complete: body.complete };
  return { response, length: headEnd + 4 + body.length };
}

interface Frame {
  readonly framing: RawResponse["framing"];
  readonly size: number;
}

/** RFC 9112 §6.3, from the client's side. */
function frame(status: number, headers: RawResponse["headers"], method: string): Frame {
  if (method === "HEAD" || status < 200 || status === 204 || status === 304) return { framing: "none", size: 0 };
  const find = (name: string) => headers.find(([found]) => found === name)?.[1];
  if (find("transfer-encoding") !== undefined) return { framing: "chunked", size: 0 };
  const length = find("content-length");
  return length === undefined ? { framing: "close", size: 0 } : { framing: "length", size: Number(length) };
}

interface Body {
  readonly text: string;
  readonly framing: RawResponse["framing"];
  readonly complete: boolean;
  readonly length: number;
}

function readBody(bytes: Buffer, { framing, size }: Frame, ending: Ending): Body {
  if (framing === "none") return { text: "", framing, complete: true, length: 0 };
  if (framing === "chunked") return readChunked(bytes);
  if (framing === "close") {
    return { text: bytes.toString("latin1"), framing, complete: ending === "end", length: bytes.length };
  }
  const taken = bytes.subarray(0, size);
  return { text: taken.toString("latin1"), framing, complete: taken.length === size, length: taken.length };
}

function readChunked(bytes: Buffer): Body {
  const parts: string[] = [];
  let offset = 0;
  for (;;) {
    const lineEnd = bytes.indexOf("\r\n", offset);
    const size = lineEnd < 0 ? NaN : parseInt(bytes.toString("latin1", offset, lineEnd), 16);
    const start = lineEnd + 2;
    if (size === 0) {
      const end = bytes.indexOf("\r\n", start) === start ? start + 2 : bytes.indexOf("\r\n\r\n", start) + 4;
      if (end > start) return { text: parts.join(""), framing: "chunked", complete: true, length: end };
    }
    if (!(size > 0) || bytes.length < start + size + 2) {
      if (size > 0) parts.push(bytes.toString("latin1", start, start + size));
      return { text: parts.join(""), framing: "chunked", complete: false, length: bytes.length };
    }
    parts.push(bytes.toString("latin1", start, start + size));
    offset = start + size + 2;
  }
}
