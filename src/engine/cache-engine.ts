/**
 * The engine: answers requests from the store, and asks the origin when it must.
 *
 *   request → normalise → key → lookup → (hit | stale | miss | pass) → coalesce → origin → store → deliver
 *
 * `handle` is that line; every step is a function in the file of its name.
 */
import type { OriginClient } from "../origin/origin-client.ts";
import type { OriginError } from "../origin/origin-error.ts";
import { isOriginTrouble, mayReplaceError } from "../policy/reuse.ts";
import type { ResponseStore, StoredResponse } from "../storage/response-store.ts";
import type { Clock } from "../time/clock.ts";
import { BackgroundTasks } from "./background.ts";
import { Coalescer, mayShare } from "./coalescer.ts";
import { canServeRange, deliver } from "./deliver.ts";
import { deliverAnswer, deliverFailure } from "./deliver-answer.ts";
import { type EngineOptions, type EngineParts, resolveOptions } from "./engine-options.ts";
import { Exchange, type ExchangeContext, type ForwardReason } from "./exchange.ts";
import { asOriginError, fetchResponse } from "./fetch-response.ts";
import type { Flight, FlightHead, FlightPurpose, Representation } from "./flight.ts";
import { clientRequest, discard, forward } from "./forward.ts";
import { type Lookup, lookup } from "./lookup.ts";
import { type CacheRequest, keyOf, normalizeRequest, type RequestPeer } from "./normalize-request.ts";

type Miss = Extract<Lookup, { outcome: "miss" }>;

/** What a caller may tell about one request. */
export interface HandleOptions {
  /** Who sent it; nobody in particular by default. */
  readonly peer?: RequestPeer;
  /** Where its answer comes from, if not from the origin of the engine. */
  readonly origin?: OriginClient;
}

/** Methods that promise not to change anything (RFC 9110 §9.2.1, RFC 10008 §2, RFC 4918, RFC 3253). */
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "QUERY", "PROPFIND", "REPORT", "SEARCH"]);

/** A request that has waited in vain this often goes to the origin alone. */
const MAX_WAITS = 3;

/** A body up to this size is received whole before it is sent where a stale response could still stand in for it. */
const SAFETY_BUFFER = 64 * 1024;

const NOBODY: RequestPeer = {};

/** A shared HTTP cache (RFC 9111) over `Request` and `Response`. */
export class CacheEngine {
  readonly #parts: EngineParts;
  readonly #store: ResponseStore;
  readonly #clock: Clock;
  readonly #exchanges: ExchangeContext;
  readonly #coalescer = new Coalescer();
  readonly #background = new BackgroundTasks();

  /** @throws {RangeError} when an option is out of its range. */
  constructor(options: EngineOptions) {
    this.#parts = resolveOptions(options);
    this.#store = this.#parts.store;
    this.#clock = this.#parts.clock;
    this.#exchanges = { clock: this.#clock, observer: options.onExchange };
  }

  /**
   * Answers one request. Synchronous when memory holds a response that may be used without asking the origin; otherwise
   * a promise that never rejects: where no answer can be had, it is a 502, 503 or 504.
   */
  handle(source: Request, options: HandleOptions = {}): Response | Promise<Response> {
    const peer = options.peer ?? NOBODY;
    const exchange = new Exchange(source, peer, this.#exchanges);
    const request = normalizeRequest(source, peer, this.#parts.rules);
    const found = lookup(this.#store, request, exchange.startedAt);
    const origin = options.origin ?? this.#parts.origin;
    switch (found.outcome) {
      case "hit":
        return this.#deliverHit(found.stored, request, exchange);
      case "stale":
        this.#refreshBehind(found.stored, request, origin);
        return this.#deliverHit(found.stored, request, exchange);
      case "miss":
        return this.#obtain(found, request.detached(), { exchange, origin, waits: 0 });
      case "pass":
        return this.#pass(found.reason, request, { exchange, origin, waits: 0 });
    }
  }

  /** A `fetch` that keeps responses: as `handle`, always a promise. */
  async fetch(input: Request | string | URL, init?: RequestInit): Promise<Response> {
    return await this.handle(new Request(input, init));
  }

  /** Forgets everything stored for a URI, and keeps what is being fetched for it from being stored. */
  invalidate(uri: string): void {
    const key = keyOf(uri, this.#parts.rules);
    this.#coalescer.doom(key);
    this.#store.remove(key);
  }

  /** Number of responses stored. */
  get size(): number {
    return this.#store.size;
  }

  /** Number of fetches in the air. */
  get fetching(): number {
    return this.#coalescer.count;
  }

  /** Waits for background work to end, then lets go of the origin. */
  async close(): Promise<void> {
    await this.#background.drain();
    await this.#parts.origin.close();
  }

  #deliverHit(stored: StoredResponse, request: CacheRequest, exchange: Exchange): Response {
    exchange.outcome = "hit";
    exchange.stored = true;
    this.#store.touch(stored);
    return this.#deliver(stored, request, exchange, exchange.startedAt);
  }

  #deliver(stored: StoredResponse, request: CacheRequest, exchange: Exchange, now = this.#clock.monotonic()): Response {
    return deliver(stored, request, exchange, { now, sealFields: this.#parts.sealFields });
  }

  /** A miss: waits for a fetch in the air that may suit, or starts one. */
  async #obtain(found: Miss, request: CacheRequest, errand: Errand): Promise<Response> {
    request.peer.expectDelay?.();
    errand.exchange.forwardReason = found.reason;
    if (request.method === "HEAD") return await this.#pass(found.reason, request, errand);
    const flight = this.#coalescer.find(request, this.#clock.monotonic());
    if (flight === undefined) return await this.#lead(found, request, { ...errand, joinable: true });
    return await this.#follow(flight, found, request, errand);
  }

  /** Waits for somebody else's fetch, and shares it only if this request passes the test that a hit has to pass. */
  async #follow(flight: Flight, found: Miss, request: CacheRequest, errand: Errand): Promise<Response> {
    const head = flight.head ?? await flight.landed;
    switch (head.kind) {
      case "failed": // one failed fetch is the answer to all who waited for it, not the first of many
        return this.#deliverError(head.error, found, request, errand);
      case "representation":
        if (mayShare(head, request, this.#clock.monotonic())) {
          errand.exchange.collapsed = true;
          return await this.#deliverHead(head, found, request, errand);
        }
        if (head.shareable && errand.waits < MAX_WAITS) return await this.#lookAgain(request, errand);
        break;
      case "unshareable":
        if (this.#mayStandIn(found, head)) return this.#deliverStale(found, request, errand);
        break;
    }
    // Released: everybody who waited in vain goes to the origin at once, and nobody waits for anybody again.
    return await this.#lead(found, request, { ...errand, joinable: false });
  }

  /** The answer turned out to depend on more than was predicted; what it depends on is known now. */
  async #lookAgain(request: CacheRequest, errand: Errand): Promise<Response> {
    const again = lookup(this.#store, request, this.#clock.monotonic());
    const next = { ...errand, waits: errand.waits + 1 };
    if (again.outcome === "miss") return await this.#obtain(again, request, next);
    if (again.outcome === "pass") return await this.#pass(again.reason, request, next);
    errand.exchange.collapsed = true;
    return this.#deliver(again.stored, request, errand.exchange);
  }

  async #lead(found: Miss, request: CacheRequest, errand: Errand & { joinable: boolean }): Promise<Response> {
    const flight = this.#takeOff(request, errand.origin, { validated: found.validated, joinable: errand.joinable });
    const head = await flight.landed;
    switch (head.kind) {
      case "representation":
        return await this.#deliverHead(head, found, request, errand);
      case "failed":
        return this.#deliverError(head.error, found, request, errand);
      case "unshareable":
        return await this.#deliverUnshareable(head, found, request, errand);
    }
  }

  /** Starts a fetch that belongs to the engine, and takes what it brings to the store. */
  #takeOff(request: CacheRequest, origin: OriginClient, purpose: FlightPurpose): Flight {
    const learned = this.#store.get(request.key)?.[0]?.selecting.names;
    const flight = this.#coalescer.open(request, learned, purpose);
    this.#background.run(async () => {
      try {
        const head = await fetchResponse(flight, { ...this.#parts, origin });
        flight.land(head);
        if (head.kind === "representation" && head.status !== 304) await this.#receive(flight, head.stored);
      } finally {
        this.#coalescer.close(flight);
      }
    });
    return flight;
  }

  /** Stores a response when its last byte has come, and not before. */
  async #receive(flight: Flight, stored: StoredResponse): Promise<void> {
    if (await stored.body.done !== "retained") return;
    if (flight.doomed || !this.#store.put(stored)) stored.body.release();
  }

  async #deliverHead(head: Representation, found: Miss, request: CacheRequest, errand: Errand): Promise<Response> {
    const { exchange } = errand;
    const { stored } = head;
    exchange.origin = head.origin;
    exchange.originStatus = head.status;
    exchange.stored = head.kept;
    if (wantsRange(request, errand.origin) && !canServeRange(stored)) {
      stored.body.leaveUnread();
      return await this.#pass(found.reason, request, errand);
    }
    const { sealed, length } = stored.body;
    if (this.#hasStandIn(found) && sealed === undefined && length !== undefined && length <= SAFETY_BUFFER) {
      const isLost = await stored.body.done === "failed" || !stored.body.joinable; // or read away by others meanwhile
      if (isLost) return this.#deliverStale(found, request, errand);
    }
    return this.#deliver(stored, request, exchange);
  }

  async #deliverUnshareable(head: Unshareable, found: Miss, request: CacheRequest, errand: Errand): Promise<Response> {
    const { exchange } = errand;
    const { response } = head.answer;
    exchange.origin = response.origin;
    exchange.originStatus = response.status;
    exchange.decide({ rule: "storability", result: head.reason });
    if (this.#mayStandIn(found, head)) {
      discard(head.answer);
      return this.#deliverStale(found, request, errand);
    }
    if (wantsRange(request, errand.origin) && response.status === 200) {
      discard(head.answer);
      return await this.#pass(found.reason, request, errand);
    }
    return deliverAnswer(head.answer, exchange);
  }

  /** The origin failed: a stale response stands in if it may (RFC 5861 §4), else the client is told. */
  #deliverError(error: OriginError, found: Miss, request: CacheRequest, errand: Errand): Response {
    errand.exchange.origin = error.origin;
    errand.exchange.decide({ rule: "origin", result: error.failure });
    if (this.#hasStandIn(found)) return this.#deliverStale(found, request, errand);
    return deliverFailure(error, errand.exchange);
  }

  #deliverStale(found: Miss, request: CacheRequest, { exchange }: Errand): Response {
    const stored = found.validated as StoredResponse;
    exchange.outcome = "stale";
    exchange.stored = true;
    exchange.detail = "stale-if-error";
    this.#store.touch(stored);
    return this.#deliver(stored, request, exchange);
  }

  #mayStandIn(found: Miss, head: Unshareable): boolean {
    return isOriginTrouble(head.answer.response.status) && this.#hasStandIn(found);
  }

  #hasStandIn(found: Miss): boolean {
    return found.validated !== undefined && mayReplaceError(found.validated, this.#clock.monotonic());
  }

  /** Refreshes a stale response that has just been delivered. One refresh per variant, whoever asks meanwhile. */
  #refreshBehind(stored: StoredResponse, request: CacheRequest, origin: OriginClient): void {
    if (this.#coalescer.isRefreshing(stored)) return;
    const flight = this.#takeOff(request.detached(), origin, { validated: stored, joinable: true });
    this.#background.run(async () => {
      const head = await flight.landed;
      if (head.kind === "unshareable") discard(head.answer);
      if (head.kind === "representation") head.stored.body.leaveUnread();
    });
  }

  /** Hands a request to the origin as it is, and its answer to this one client. */
  async #pass(reason: ForwardReason, request: CacheRequest, { exchange, origin }: Errand): Promise<Response> {
    request.peer.expectDelay?.();
    exchange.outcome = "pass";
    exchange.forwardReason = reason;
    exchange.stored = false;
    exchange.collapsed = false;
    try {
      const answer = await forward(origin, clientRequest(request, this.#parts.rules), this.#clock);
      const { response } = answer;
      exchange.origin = response.origin;
      exchange.originStatus = response.status;
      const changed = !SAFE_METHODS.has(request.method) && response.status < 400;
      if (changed) this.invalidate(request.key); // RFC 9111 §4.4
      return deliverAnswer(answer, exchange);
    } catch (error) {
      return deliverFailure(asOriginError(error), exchange);
    }
  }
}

/** Whether the origin is better asked again, for the range alone, than made to send all of it. */
function wantsRange(request: CacheRequest, origin: OriginClient): boolean {
  return request.method === "GET" && request.header("range") !== null && !origin.once;
}

type Unshareable = Extract<FlightHead, { kind: "unshareable" }>;

/** What accompanies a request that the store could not answer. */
interface Errand {
  readonly exchange: Exchange;
  readonly origin: OriginClient;
  /** How often this request has waited in vain. */
  readonly waits: number;
}
