/**
 * The engine: answers requests from the store, and asks the origin when it must.
 *
 *   request → normalise → key → lookup → (hit | stale | miss | pass) → coalesce → origin → store → deliver
 *
 * `handle` is that line; every step is a function in the file of its name.
 */
import { viaLoops } from "../http/via.ts";
import type { OriginClient } from "../origin/origin-client.ts";
import type { ResponseStore, StoredResponse } from "../storage/response-store.ts";
import { BackgroundTasks } from "./background.ts";
import { Coalescer } from "./coalescer.ts";
import { deliver } from "./deliver.ts";
import { type EngineOptions, resolveOptions } from "./engine-options.ts";
import { Exchange, type ExchangeContext } from "./exchange.ts";
import { lookup } from "./lookup.ts";
import { MissPath, type MissPorts } from "./miss-path.ts";
import { type CacheRequest, keyOf, normalizeRequest, type RequestPeer } from "./normalize-request.ts";
import { pass } from "./pass.ts";
import { refuseLoop } from "./refuse-loop.ts";

/** What a caller may tell about one request. */
export interface HandleOptions {
  /** Who sent it; nobody in particular by default. */
  readonly peer?: RequestPeer;
  /** Where its answer comes from, if not from the origin of the engine. */
  readonly origin?: OriginClient;
}

const NOBODY: RequestPeer = {};

/** A shared HTTP cache (RFC 9111) over `Request` and `Response`. */
export class CacheEngine {
  readonly #ports: MissPorts;
  readonly #store: ResponseStore;
  readonly #exchanges: ExchangeContext;
  readonly #misses: MissPath;

  /** @throws {RangeError} when an option is out of its range. */
  constructor(options: EngineOptions) {
    this.#ports = {
      ...resolveOptions(options),
      coalescer: new Coalescer(),
      background: new BackgroundTasks(),
      invalidate: (key) => this.#invalidate(key),
    };
    this.#store = this.#ports.store;
    this.#exchanges = { clock: this.#ports.clock, observer: options.onExchange };
    this.#misses = new MissPath(this.#ports);
  }

  /**
   * Answers one request. Synchronous when memory holds a response that may be used without asking the origin; otherwise
   * a promise that never rejects: where no answer can be had, it is a 502, 503 or 504. A request that this engine has
   * forwarded already is a 508.
   */
  handle(source: Request, options: HandleOptions = {}): Response | Promise<Response> {
    const peer = options.peer ?? NOBODY;
    const exchange = new Exchange(source, peer, this.#exchanges);
    if (viaLoops(source.headers.get("via"), this.#ports.rules.instance)) return refuseLoop(exchange);
    const request = normalizeRequest(source, peer, this.#ports.rules);
    const found = lookup(this.#store, request, exchange.startedAt);
    const origin = options.origin ?? this.#ports.origin;
    switch (found.outcome) {
      case "hit":
        exchange.outcome = "hit";
        return this.#deliver(found.stored, request, exchange);
      case "stale":
        exchange.outcome = "stale";
        this.#misses.refreshBehind(found.stored, request, origin);
        return this.#deliver(found.stored, request, exchange);
      case "miss":
        return this.#misses.obtain(found, request.detached({ awaits: true }), { exchange, origin });
      case "pass":
        return pass(found.reason, request, { exchange, origin }, this.#ports);
    }
  }

  /** A `fetch` that keeps responses: as `handle`, always a promise. */
  async fetch(input: Request | string | URL, init?: RequestInit): Promise<Response> {
    return await this.handle(new Request(input, init));
  }

  /** Forgets everything stored for a URI, and keeps what is being fetched for it from being stored. */
  invalidate(uri: string): void {
    this.#invalidate(keyOf(uri, this.#ports.rules));
  }

  /** Number of responses stored. */
  get size(): number {
    return this.#store.size;
  }

  /** Number of fetches in the air. */
  get fetching(): number {
    return this.#ports.coalescer.count;
  }

  /** Waits for background work to end, then lets go of the origin. */
  async close(): Promise<void> {
    await this.#ports.background.drain();
    await this.#ports.origin.close();
  }

  #deliver(stored: StoredResponse, request: CacheRequest, exchange: Exchange): Response {
    exchange.stored = true;
    this.#store.touch(stored);
    return deliver(stored, request, exchange, { now: exchange.startedAt, sealFields: this.#ports.sealFields });
  }

  #invalidate(key: string): void {
    this.#ports.coalescer.doom(key);
    this.#store.remove(key);
  }
}
