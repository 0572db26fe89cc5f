import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { contentLength, contentOf, type Edition, entityTag } from "./content.ts";
import { type KeyTraits, type Language, LANGUAGES, tagFields } from "./keys.ts";
import { originDelays } from "./plan.ts";

export interface OriginCounts {
  requests: number;
  notModified: number;
  ranges: number;
  posts: number;
}

export interface OriginSettings {
  readonly seed: number;
  readonly traits: readonly KeyTraits[];
  /** Told of what happens to a key. */
  readonly onEvent: (key: number, text: string) => void;
}

/** Large content comes in so many pieces. */
const PIECES = 5;

/**
 * An origin whose keys have versions. A request is answered with the version that its key had when the request
 * arrived, some time later. A POST makes a new version when it arrives.
 */
export class VersionedOrigin {
  readonly counts: OriginCounts = { requests: 0, notModified: 0, ranges: 0, posts: 0 };
  readonly #settings: OriginSettings;
  readonly #versions: number[];
  readonly #requestsOf: number[];
  readonly #server: Server;

  private constructor(settings: OriginSettings) {
    this.#settings = settings;
    this.#versions = settings.traits.map(() => 1);
    this.#requestsOf = settings.traits.map(() => 0);
    this.#server = createServer((request, response) => {
      // Whoever has left needs no answer; everything else is judged by what the client gets.
      this.#answer(request, response).catch(() => response.destroy());
    });
    this.#server.keepAliveTimeout = 60_000; // so that no connection is closed just when a request is sent on it
  }

  static async start(settings: OriginSettings): Promise<VersionedOrigin> {
    const origin = new VersionedOrigin(settings);
    await new Promise<void>((resolve) => origin.#server.listen(0, "127.0.0.1", resolve));
    return origin;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The version that a request gets which arrives now. */
  version(key: number): number {
    return this.#versions[key]!;
  }

  /** Makes a new version, and returns it. */
  bump(key: number): number {
    return this.#versions[key] = this.version(key) + 1;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const traits = this.#settings.traits[Number(/^\/k\/(\d+)$/.exec(request.url ?? "")?.[1])];
    this.counts.requests++;
    if (traits === undefined) return void response.writeHead(404, { "Cache-Control": "no-store" }).end();
    const { key } = traits;
    const isPost = request.method === "POST";
    const version = isPost ? this.bump(key) : this.version(key);
    this.#settings.onEvent(key, `${request.method} arrived at the origin, which has version ${version}`);
    const delays = originDelays(this.#settings, key, this.#requestsOf[key]!++);
    request.resume();
    await sleep(delays.before);
    if (isPost) return this.#confirmPost(response, version);
    const edition = { traits, version, language: languageOf(request) };
    if (isConfirmed(request, edition)) return this.#sendNotModified(response, edition);
    await this.#sendContent({ request, response }, edition, delays.within);
    this.#settings.onEvent(key, `the origin has sent version ${version}`);
  }

  #confirmPost(response: ServerResponse, version: number): void {
    this.counts.posts++;
    const fields = { "X-Version": String(version), "Cache-Control": "no-store", "Content-Length": "2" };
    response.writeHead(200, fields).end("ok");
  }

  #sendNotModified(response: ServerResponse, edition: Edition): void {
    this.counts.notModified++;
    this.#settings.onEvent(edition.traits.key, `the origin has confirmed version ${edition.version}`);
    response.writeHead(304, fieldsOf(edition)).end();
  }

  async #sendContent(exchange: Exchange, edition: Edition, pause: number): Promise<void> {
    const { request, response } = exchange;
    const span = requestedSpan(request, edition);
    const content = contentOf(edition).slice(span?.first, span === undefined ? undefined : span.last + 1);
    const fields: Record<string, string> = { ...fieldsOf(edition), "Content-Type": "text/plain" };
    if (!edition.traits.isChunked || span !== undefined) fields["Content-Length"] = String(content.length);
    if (span !== undefined) {
      this.counts.ranges++;
      fields["Content-Range"] = `bytes ${span.first}-${span.last}/${contentLength(edition.traits)}`;
    }
    response.writeHead(span === undefined ? 200 : 206, fields);
    if (request.method === "HEAD") return void response.end();
    if (edition.traits.isLarge) await sendInPieces(response, content, pause);
    else response.end(content);
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface Span {
  readonly first: number;
  readonly last: number;
}

async function sendInPieces(response: ServerResponse, content: string, pause: number): Promise<void> {
  const size = Math.ceil(content.length / PIECES);
  for (let sent = 0; sent < content.length && !response.destroyed; sent += size) {
    response.write(content.slice(sent, sent + size));
    await sleep(pause);
  }
  response.end();
}

function fieldsOf(edition: Edition): Record<string, string> {
  const { traits, version } = edition;
  return {
    "Cache-Control": traits.cacheControl,
    "X-Version": String(version),
    "X-Key": String(traits.key),
    ...tagFields(traits),
    ...(traits.variesByLanguage ? { "Vary": "Accept-Language" } : {}),
    ...(traits.hasValidator ? { "ETag": entityTag(edition) } : {}),
  };
}

function languageOf({ headers }: IncomingMessage): Language {
  return LANGUAGES.find((language) => language === headers["accept-language"]) ?? "en";
}

function isConfirmed({ headers }: IncomingMessage, edition: Edition): boolean {
  if (!edition.traits.hasValidator) return false;
  return headers["if-none-match"]?.split(/ *, */).includes(entityTag(edition)) ?? false;
}

/** One range from a first to a last byte, if its condition holds (RFC 9110 §13.1.5); else the whole is sent. */
function requestedSpan({ headers, method }: IncomingMessage, edition: Edition): Span | undefined {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? "") ?? [];
  const condition = headers["if-range"];
  if (first === undefined || method !== "GET" || !edition.traits.hasValidator) return undefined;
  if (condition !== undefined && condition !== entityTag(edition)) return undefined;
  const end = contentLength(edition.traits) - 1;
  const span = { first: Number(first), last: last === "" ? end : Math.min(end, Number(last)) };
  return span.first <= span.last ? span : undefined;
}
