import type { FieldLines } from "../http/field-lines.ts";

/** What is sent to an origin. Already stripped of hop-by-hop fields; nothing in it picks the address dialled. */
export interface OriginRequest {
  readonly method: string;
  /** Absolute URL, of which `host` and `target` are parts; for origins that are functions in this process. */
  readonly url: string;
  /** `uri-host[:port]` of the request, sent as `Host` unless the origin is configured with its own. */
  readonly host: string;
  /** Path and query, sent byte for byte. */
  readonly target: string;
  /** End-to-end fields; without `host`, `content-length` and `transfer-encoding`, which the transport writes. */
  readonly fields: FieldLines;
  readonly body: ReadableStream<Uint8Array> | null;
  /** Declared length of `body` in bytes; absent when it is chunked. */
  readonly bodyLength?: number;
  /** Ends the exchange at any point; the connection is not reused. Absent where only the reader of the body may end it. */
  readonly signal?: AbortSignal;
  /** Called for each 1xx response (RFC 9110 §15.2), before the final one. */
  readonly onInformational?: (status: number, fields: FieldLines) => void;
}

/** How the end of a response body is known (RFC 9112 §6.3). */
export type BodyFraming = "none" | "length" | "chunked" | "close";

/** A final response whose header section is complete and whose body is still arriving. */
export interface OriginResponse {
  readonly status: number;
  /** As received, hop-by-hop fields included. */
  readonly fields: FieldLines;
  /** Bytes as sent, never decoded. Errors with an `OriginError` unless it is complete. Pull-driven: unread means unsent. */
  readonly body: ReadableStream<Uint8Array> | null;
  /** All of the body, where it has come already and nobody has asked for the stream: that costs much less. */
  readonly whole?: Uint8Array<ArrayBuffer> | undefined;
  readonly framing: BodyFraming;
  /** Name of the origin that answered, for logs. */
  readonly origin: string;
}

/** One origin server, or a chooser among several. */
export interface OriginClient {
  /** Whether it answers one request only, as the rest of a middleware chain does: nothing can be asked of it again. */
  readonly once?: boolean;
  /**
   * Sends one request, and never sends it twice unless it is idempotent and no byte of a response had arrived.
   *
   * @throws {OriginError} when no usable response header section arrives.
   */
  fetch(request: OriginRequest): Promise<OriginResponse>;
  /** Ends idle connections at once, and the others when their exchange is over. */
  close(): Promise<void>;
}
