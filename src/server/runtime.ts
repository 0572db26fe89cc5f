import type { FieldLines } from "../http/field-lines.ts";
import type { ReceivedFields } from "../http/received-field.ts";
import type { PurgeLog } from "../invalidation/purge-log.ts";
import type { PurgeRecord } from "../invalidation/purge-request.ts";
import type { OriginClient } from "../origin/origin-client.ts";
import type { SealedBody } from "../storage/growing-body.ts";
import type { Milliseconds } from "../time/clock.ts";

/** Limits of one listener. Each runtime keeps to them as far as it can; `docs/runtimes.md` tells where it cannot. */
export interface ListenerLimits {
  /** A header section must be complete this long after its first byte. */
  readonly headerTimeout: Milliseconds;
  /** A connection on which nothing moves is closed after this. */
  readonly idleTimeout: Milliseconds;
  /** Largest request body in bytes. */
  readonly maxBodyBytes: number;
  /** Largest request header section in bytes. */
  readonly maxHeaderBytes: number;
}

/** Where to listen, and with what limits. */
export interface ListenOptions {
  readonly hostname: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly limits: ListenerLimits;
}

/** What a listener knows of a request beside the `Request`. */
export interface ClientConnection extends ReceivedFields {
  /** IP address of the peer, without port; an IPv4-mapped IPv6 address is given as IPv4. */
  readonly address: string;
  /** Request target as received, where the runtime shows it. */
  readonly rawTarget?: string | undefined;
  /** Whether the client has gone, where the runtime shows it at less cost than by the signal of the `Request`. */
  readonly isGone?: boolean | undefined;
  /** Number of `Host` lines received, where the runtime shows it. */
  readonly hostLines?: number | undefined;
  /** Tells the listener that a response may take longer than the idle timeout. */
  expectDelay(): void;
  /** Sends an interim response (RFC 9110 §15.2), unless it comes too late; absent where the runtime cannot send any. */
  inform?(status: number, fields: FieldLines): void;
}

/** Answers what a listener receives. */
export type RequestHandler = (request: Request, connection: ClientConnection) => Response | Promise<Response>;

/** An open listening socket. */
export interface Listener {
  readonly hostname: string;
  readonly port: number;
  /** Accepts no more connections; resolves when every response under way has been sent. */
  drain(): Promise<void>;
  /** Closes every connection at once. */
  abort(): void;
}

/** Options of a connection pool to one origin server. */
export interface OriginOptions {
  /** Scheme, host and port only, for example `https://app.internal:8443`. */
  readonly url: string;
  /** Value of `Host`; the client's own when absent. */
  readonly host?: string | undefined;
  readonly connectTimeout: Milliseconds;
  /** From the request being sent to the end of the response header section. */
  readonly firstByteTimeout: Milliseconds;
  readonly betweenBytesTimeout: Milliseconds;
  /** From start to the last byte; 0 for none. */
  readonly totalTimeout: Milliseconds;
  readonly maxConnections: number;
  /** Accepts any certificate of an `https:` origin when false. */
  readonly verifyCertificate: boolean;
}

/** A log of purges, and what it held when it was opened. */
export interface OpenedPurgeLog {
  readonly log: PurgeLog;
  readonly records: readonly PurgeRecord[];
  /** Whether purges may be missing, so that everything stored before has to count as purged. */
  readonly lost: boolean;
  /** Where the damaged log is kept that could not be read. */
  readonly kept?: string;
}

/** Everything the server needs from Bun, Deno or Node. */
export interface Runtime {
  readonly name: "bun" | "deno" | "node";
  readonly version: string;
  /** Command-line arguments after the script. */
  readonly args: readonly string[];
  /** Opens a listening socket. @throws {ListenError} when the address cannot be taken. */
  listen(options: ListenOptions, handler: RequestHandler): Promise<Listener>;
  connectOrigin(options: OriginOptions): OriginClient;
  /** Body as this runtime sends it fastest, from bytes that never change. */
  wrapBody(bytes: Uint8Array<ArrayBuffer>): SealedBody;
  /** Header fields as this runtime sends them fastest when they are sent again and again. */
  wrapFields(fields: Record<string, string>): HeadersInit;
  /** Whether `Response.clone()` costs so much less than a new `Response` that it is worth a second copy of the body. */
  readonly copiesResponses: boolean;
  env(name: string): string | undefined;
  /** Text of a file, or `undefined` when there is none. */
  readTextFile(path: string): Promise<string | undefined>;
  /** Namespace of a module file, for `lacquer.config.ts`. */
  importFile(path: string): Promise<Record<string, unknown>>;
  /** Opens the log of purges in a directory of state, for this process alone. @throws {StateError} */
  openPurgeLog(directory: string): Promise<OpenedPurgeLog>;
  /** Calls `stop` on SIGTERM and SIGINT. */
  onStopSignal(stop: () => void): void;
  writeOut(text: string): void;
  writeError(text: string): void;
  exit(code: number): never;
}

/** The directory of state cannot be used. */
export class StateError extends Error {
  override readonly name = "StateError";

  constructor(directory: string, reason: string, cause?: unknown) {
    super(`Cannot open state directory "${directory}": ${reason}`, { cause });
  }
}

/** The listening socket could not be opened. */
export class ListenError extends Error {
  override readonly name = "ListenError";

  constructor(hostname: string, port: number, reason: string, cause?: unknown) {
    super(`Cannot listen on ${hostname}:${port}: ${reason}`, { cause });
  }
}
