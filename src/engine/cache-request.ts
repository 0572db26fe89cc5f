import { type RangeSpec, singleRangeSpec } from "../http/byte-range.ts";
import { type FieldLines, fieldValue } from "../http/field-lines.ts";
import { isOverride, isRewritten } from "../http/forwarded.ts";
import { isEndToEnd } from "../http/hop-by-hop.ts";
import { normalizeField } from "../http/negotiation.ts";
import type { ReceivedFields } from "../http/received-field.ts";
import { NO_DIRECTIVES, parseRequestDirectives, type RequestDirectives } from "../http/request-directives.ts";
import { authorityOf, originOf } from "../http/uri-parts.ts";
import type { RangedRequest } from "../policy/partial.ts";
import type { SelectingRequest } from "../policy/vary.ts";
import type { KeyRules } from "./cache-key.ts";
import { DetachedPeer } from "./detached-peer.ts";
import { forwardedFields } from "./forwarded-fields.ts";
import { contentKey, type QueryContent } from "./query-content.ts";

/** Who sends a request, as far as the listener knows. */
export interface RequestPeer extends ReceivedFields {
  /** IP address of the peer. */
  readonly address?: string | undefined;
  /** Request target as received, where the listener shows it: `Request` may spell it otherwise. */
  readonly rawTarget?: string | undefined;
  /** Whether the client has gone; where a listener does not say, the signal of the `Request` does, at more cost. */
  readonly isGone?: boolean | undefined;
  /** Called before a response that may take longer than a connection may be idle. */
  expectDelay?(): void;
  /** Takes an interim response of the origin (RFC 9110 §15.2) before the one that is returned. */
  inform?(status: number, fields: FieldLines): void;
}

/** What decides how requests are normalised. */
export interface RequestRules {
  readonly key: KeyRules;
  /** Whether a peer is believed in `X-Forwarded-*` and `Forwarded`, and obeyed in `Cache-Control`. */
  readonly isTrusted: (address: string | undefined) => boolean;
  /** Whether origins are told that this is a surrogate, which reads `Surrogate-Control`. */
  readonly isSurrogate: boolean;
  /** By which this instance knows requests that it has forwarded already. */
  readonly instance: string;
}

/** All fields of a request by lower-case name, repeated lines combined. */
export interface RequestFields extends Iterable<[string, string]> {
  get(name: string): string | null | undefined;
}

/** What belongs to a request beside the `Request` itself. */
interface RequestContext {
  readonly peer: RequestPeer;
  readonly rules: RequestRules;
  /** Fields in place of those of the `Request`. */
  readonly headers?: RequestFields;
  /** What a QUERY asks, read in full. */
  readonly content?: QueryContent | undefined;
  readonly unread?: ReadableStream<Uint8Array> | undefined;
  /** Method in place of that of the `Request`. */
  readonly method?: string;
}

/** A client request as the engine sees it: with its primary key, and fields read only when a step needs them. */
export class CacheRequest implements SelectingRequest, RangedRequest {
  readonly source: Request;
  readonly method: string;
  /** Normalised absolute URI, which is also what the origin is asked for. */
  readonly uri: string;
  /** Primary key: the URI, and for a QUERY its content too. */
  readonly key: string;
  /** What a QUERY asks; `undefined` for every other method. */
  readonly content: QueryContent | undefined;
  /** The body in place of that of `source`, where somebody has begun to read it. */
  readonly unread: ReadableStream<Uint8Array> | undefined;
  readonly peer: RequestPeer;
  readonly #rules: RequestRules;
  #headers: RequestFields | undefined;
  #selecting: Map<string, string | undefined> | undefined;
  #directives: RequestDirectives | undefined;

  constructor(source: Request, uri: string, { peer, rules, headers, content, unread, method }: RequestContext) {
    this.source = source;
    this.method = method ?? source.method;
    this.uri = uri;
    this.key = content === undefined ? uri : contentKey(uri, content);
    this.content = content;
    this.unread = unread;
    this.peer = peer;
    this.#rules = rules;
    this.#headers = headers;
  }

  /**
   * The same request with a copy of what its listener knows: once a response is on its way, a listener may forget the
   * fields, and the address of a client that is gone. Only a client that still waits `awaits` interim responses.
   */
  detached({ awaits = false }: { readonly awaits?: boolean } = {}): CacheRequest {
    const peer = new DetachedPeer(this.peer, awaits);
    const headers = new Map(this.headers);
    const { content, unread, method } = this;
    return new CacheRequest(this.source, this.uri, { peer, rules: this.#rules, headers, content, unread, method });
  }

  /** The same QUERY with what has been read of its content: all of it, or a stream of all of it (RFC 10008). */
  withContent(read: { readonly content?: QueryContent; readonly unread?: ReadableStream<Uint8Array> }): CacheRequest {
    return new CacheRequest(this.source, this.uri, { peer: this.peer, rules: this.#rules, ...read });
  }

  /** The GET with the same fields: what a POST or HEAD tells of stored responses is told of those that it selects. */
  asGet(): CacheRequest {
    const context = { peer: this.peer, rules: this.#rules, headers: this.headers, method: "GET" };
    return new CacheRequest(this.source, this.uri, context);
  }

  /**
   * Whether the store may answer it: GET, HEAD from a stored GET (RFC 9110 §9.3.2), and a QUERY whose content is known
   * (RFC 10008).
   */
  get cacheable(): boolean {
    return this.method === "GET" || this.method === "HEAD" || this.content !== undefined;
  }

  /** The method whose responses it selects: a QUERY without known content selects none. */
  get storableMethod(): string {
    return this.method === "QUERY" && this.content === undefined ? "" : this.method;
  }

  /** What the client asks of caches (RFC 9111 §5.2.1); nothing, unless it is trusted: it could make the origin work. */
  get directives(): RequestDirectives {
    return this.#directives ??= this.#readDirectives();
  }

  /** The one range that a GET asks for (RFC 9110 §14.2). */
  get range(): RangeSpec | undefined {
    const value = this.method === "GET" ? this.header("range") : null;
    return value === null ? undefined : singleRangeSpec(value);
  }

  /** Whether its origin may answer for another target or method than its key says. */
  get overrides(): boolean {
    for (const [name] of this.headers) if (isOverride(name)) return true;
    return false;
  }

  /** Whether the client asks to be told the key in `Cache-Status` (RFC 9211 §2.7), and may be. */
  get wantsKey(): boolean {
    return this.header("lacquer-debug") === "key" && this.#rules.isTrusted(this.peer.address);
  }

  /** Combined value of a field as the client sent it, or `null`. */
  header(name: string): string | null {
    const { peer } = this;
    if (this.#headers === undefined && peer.header !== undefined) return peer.header(name);
    return this.headers.get(name) ?? null;
  }

  /** All fields, repeated lines combined. */
  get headers(): RequestFields {
    return this.#headers ??= this.source.headers;
  }

  /** Host and port, as in the URI. */
  get host(): string {
    return authorityOf(this.uri);
  }

  /** Scheme, host and port (RFC 9110 §4.3.1). */
  get origin(): string {
    return originOf(this.uri);
  }

  /** Canonical value of a field as the client sent it. */
  normalizedValue(name: string): string | undefined {
    const raw = this.header(name);
    return raw === null ? undefined : normalizeField(name, raw);
  }

  /** Canonical value of a field as the origin gets it: a response was selected by nothing else. */
  selectingValue(name: string): string | undefined {
    this.#selecting ??= new Map();
    if (this.#selecting.has(name)) return this.#selecting.get(name);
    const asReceived = !isRewritten(name) && isEndToEnd(name, this.header("connection"));
    const value = asReceived ? this.normalizedValue(name) : fieldValue(forwardedFields(this, this.#rules), name);
    this.#selecting.set(name, value);
    return value;
  }

  #readDirectives(): RequestDirectives {
    const cacheControl = this.header("cache-control");
    const pragma = this.header("pragma");
    // Asking a listener for the address costs more than most hits, so it is asked only where there is something to obey.
    if ((cacheControl === null && pragma === null) || !this.#rules.isTrusted(this.peer.address)) return NO_DIRECTIVES;
    return parseRequestDirectives(cacheControl, pragma);
  }
}
