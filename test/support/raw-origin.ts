/**
 * An origin server that says exactly what a test tells it to: literal bytes over TCP or TLS, cut, delayed or reset
 * wherever the test wants. It reads requests strictly enough to keep them apart and records every byte received.
 */
import { createServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { Buffer } from "node:buffer";

/** One request as it stood on the wire. */
export interface RawRequest {
  readonly method: string;
  readonly target: string;
  /** Request line and field lines, without the empty line. */
  readonly head: string;
  /** Lower-case names, in the order received. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  /** Bytes with the framing taken off, one character per byte. Still growing when handlers run at the head. */
  body: string;
  /** Zero-based number of the connection it came on. */
  readonly connection: number;
}

/** One accepted connection. */
export interface RawOriginConnection {
  readonly socket: Socket;
  /** Everything received, one character per byte. */
  received: string;
  /** Resolves when the connection is closed on both sides. */
  readonly closed: Promise<void>;
  /** Server name of the TLS handshake (SNI); `false` when none was sent, absent on TCP. */
  readonly servername?: string | false | undefined;
}

/** Answers one request by writing to, ending or resetting the socket. */
export type RawHandler = (request: RawRequest, socket: Socket) => void | Promise<void>;

export interface RawOriginOptions {
  /** Runs the handler when the head is there, not only when the body is. */
  readonly at?: "head" | "end" | undefined;
  /** Serves `https:` with this key and certificate (PEM). */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
}

export interface RawOrigin {
  readonly port: number;
  /** `http://127.0.0.1:PORT`, or `https:`. */
  readonly url: string;
  readonly requests: RawRequest[];
  readonly connections: RawOriginConnection[];
  /** Queues the bytes that answer the next request; the last one queued answers all later requests too. */
  respond(bytes: string | Uint8Array): RawOrigin;
  /** Stops listening and resets every connection. */
  close(): Promise<void>;
}

/** Value of a request header field, or `undefined`. */
export function requestHeader(request: RawRequest, name: string): string | undefined {
  return request.headers.find(([found]) => found === name)?.[1];
}

/** Starts an origin on a free port of 127.0.0.1. Without a handler it sends what `respond()` was given. */
export async function startRawOrigin(handler?: RawHandler, options: RawOriginOptions = {}): Promise<RawOrigin> {
  const origin = new ScriptedOrigin(handler, options);
  await origin.listen();
  return origin;
}

class ScriptedOrigin implements RawOrigin {
  readonly requests: RawRequest[] = [];
  readonly connections: RawOriginConnection[] = [];
  port = 0;
  readonly #answers: (string | Uint8Array)[] = [];
  readonly #handler: RawHandler;
  readonly #options: RawOriginOptions;
  readonly #server: ReturnType<typeof createServer>;

  constructor(handler: RawHandler | undefined, options: RawOriginOptions) {
    this.#handler = handler ?? ((_request, socket) => this.#answer(socket));
    this.#options = options;
    // Half-open, so that a client's FIN does not make the socket answer with one of its own.
    const onSocket = (socket: Socket): void => this.#accept(socket);
    this.#server = options.tls === undefined
      ? createServer({ allowHalfOpen: true, noDelay: true }, onSocket)
      : createTlsServer({ ...options.tls }, onSocket);
  }

  get url(): string {
    return `${this.#options.tls === undefined ? "http" : "https"}://127.0.0.1:${this.port}`;
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(0, "127.0.0.1", () => {
        this.port = (this.#server.address() as { port: number }).port;
        resolve();
      });
    });
  }

  respond(bytes: string | Uint8Array): RawOrigin {
    this.#answers.push(bytes);
    return this;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const { socket } of this.connections) socket.destroy();
    await closed;
  }

  #answer(socket: Socket): void {
    const bytes = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
    if (bytes === undefined) throw new Error("Cannot answer request: respond() was not called");
    socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  }

  #accept(socket: Socket): void {
    const { servername } = socket as Socket & { servername?: string | false };
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    const connection: RawOriginConnection = { socket, received: "", closed, servername };
    const index = this.connections.push(connection) - 1;
    const reader = new RequestReader(
      index,
      (request) => void this.#handler(request, socket),
      this.#options.at ?? "end",
    );
    // The client may reset a connection at any time; `closed` tells a test that it did.
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      const text = chunk.toString("latin1");
      connection.received += text;
      reader.push(text, this.requests);
    });
    // `end()` ours as well once the client is done, as a real server does, so that `closed` comes.
    socket.on("end", () => socket.end());
  }
}

/** Takes requests off one connection, one at a time. */
class RequestReader {
  readonly #connection: number;
  readonly #onRequest: (request: RawRequest) => void;
  readonly #at: "head" | "end";
  #pending = "";
  #current: RawRequest | undefined;

  constructor(connection: number, onRequest: (request: RawRequest) => void, at: "head" | "end") {
    this.#connection = connection;
    this.#onRequest = onRequest;
    this.#at = at;
  }

  push(text: string, requests: RawRequest[]): void {
    this.#pending += text;
    while (this.#readHead(requests) && this.#readBody()) {
      const request = this.#current!;
      this.#current = undefined;
      if (this.#at === "end") this.#onRequest(request);
    }
  }

  #readHead(requests: RawRequest[]): boolean {
    if (this.#current !== undefined) return true;
    const end = this.#pending.indexOf("\r\n\r\n");
    if (end < 0) return false;
    this.#current = parseHead(this.#pending.slice(0, end), this.#connection);
    this.#pending = this.#pending.slice(end + 4);
    requests.push(this.#current);
    if (this.#at === "head") this.#onRequest(this.#current);
    return true;
  }

  /** Moves what has arrived of the body; true when it is complete. */
  #readBody(): boolean {
    const request = this.#current!;
    if (requestHeader(request, "transfer-encoding") !== undefined) return this.#readChunks(request);
    const missing = Number(requestHeader(request, "content-length") ?? 0) - request.body.length;
    request.body += this.#pending.slice(0, missing);
    this.#pending = this.#pending.slice(missing);
    return request.body.length === Number(requestHeader(request, "content-length") ?? 0);
  }

  /** Every chunk that is there completely; true after the last one (RFC 9112 §7.1). */
  #readChunks(request: RawRequest): boolean {
    for (;;) {
      const lineEnd = this.#pending.indexOf("\r\n");
      if (lineEnd < 0) return false;
      const size = Number.parseInt(this.#pending.slice(0, lineEnd), 16);
      if (this.#pending.length < lineEnd + 2 + size + 2) return false;
      request.body += this.#pending.slice(lineEnd + 2, lineEnd + 2 + size);
      this.#pending = this.#pending.slice(lineEnd + 2 + size + 2);
      if (size === 0) return true;
    }
  }
}

function parseHead(head: string, connection: number): RawRequest {
  const [requestLine = "", ...lines] = head.split("\r\n");
  const [method = "", target = ""] = requestLine.split(" ");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return { method, target, head, headers, body: "", connection };
}
