/**
 * The engine: answers requests from the store, and asks the origin when it must.
 *
 *   request → normalise → key → lookup → (hit | stale | miss | pass) → coalesce → origin → store → deliver
 *
 * `handle` is that line; every step is a function in the file of its name.
 */
import { viaLoops } from "../http/via.ts";
import type { OriginClient } from "../origin/origin-client.ts";
import { OriginError } from "../origin/origin-error.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import type { PurgeReceipt, PurgeRequest } from "../invalidation/purge-request.ts";
import { BackgroundTasks } from "./background.ts";
import type { EngineStats } from "./engine-stats.ts";
import type { CoalescingStats } from "./coalescing-counters.ts";
import { deliver } from "./deliver.ts";
import { deliverFailure } from "./deliver-answer.ts";
import { type EngineOptions, resolveOptions } from "./engine-options.ts";
import { Exchange, type ExchangeContext } from "./exchange.ts";
import { Invalidation } from "./invalidate.ts";
import { FlightBoard } from "./key-flights.ts";
import { lookup } from "./lookup.ts";
import { MissPath } from "./miss-path.ts";
import type { CacheRequest, RequestPeer } from "./cache-request.ts";
import { keyOf, normalizeRequest } from "./normalize-request.ts";
import { type Errand, pass, type PassPorts } from "./pass.ts";
import { Purger } from "./purge.ts";
import { PurgeJournal } from "./purge-journal.ts";
import { readContent } from "./query-content.ts";
import { Reclaimer } from "./reclaimer.ts";
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
  readonly #ports: PassPorts;
  readonly #exchanges: ExchangeContext;
  readonly #misses: MissPath;
  readonly #purger: Purger;
  readonly #reclaimer: Reclaimer;

  /** @throws {RangeError} when an option is out of its range. */
  constructor(options: EngineOptions) {
    const parts = resolveOptions(options);
    const { purges, purgeLog, clock, purged, bodies: { timers } } = parts;
    const board = new FlightBoard(purges.order);
    const background = new BackgroundTasks();
    this.#reclaimer = new Reclaimer({ ...parts, board, timers });
    const invalidation = new Invalidation({ ...parts, reclaimer: this.#reclaimer });
    const journal = purgeLog && new PurgeJournal({ log: purgeLog, purges, clock });
    this.#purger = new Purger({ ...parts, invalidation, journal });
    this.#purger.replay(purged);
    this.#ports = { ...parts, board, background, invalidation };
    this.#exchanges = { clock: this.#ports.clock, observer: options.onExchange };
    this.#misses = new MissPath(this.#ports);
  }

  /**
   * Answers one request. Synchronous when memory holds a response that may be used without asking the origin; otherwise
   * a promise that never rejects: where no answer can be had, it is a 502, 503 or 504. A request that this engine has
   * forwarded already, and would forward again, is a 508.
   */
  handle(source: Request, options: HandleOptions = {}): Response | Promise<Response> {
    const peer = options.peer ?? NOBODY;
    const exchange = new Exchange(source, peer, this.#exchanges);
    const request = normalizeRequest(source, peer, this.#ports.rules);
    if (request.wantsKey) exchange.key = request.key;
    const errand: Errand = { exchange, origin: options.origin ?? this.#ports.origin };
    return request.method === "QUERY" ? this.#query(request, errand) : this.#answer(request, errand);
  }

  #answer(request: CacheRequest, errand: Errand): Response | Promise<Response> {
    const { exchange, origin } = errand;
    const found = lookup(this.#ports, request, exchange.startedAt);
    if (found.outcome === "hit") {
      exchange.outcome = "hit";
      return this.#deliver(found.stored, request, exchange);
    }
    if (viaLoops(request.header("via"), this.#ports.rules.instance)) return refuseLoop(exchange);
    switch (found.outcome) {
      case "stale":
        exchange.outcome = "stale";
        // What a client does not want stored is not fetched for others in its name (RFC 9111 §5.2.1.5).
        if (!request.directives.noStore) this.#misses.refreshBehind(found.stored, request, origin);
        return this.#deliver(found.stored, request, exchange);
      case "miss":
        return this.#misses.obtain({ ...errand, found, request: request.detached({ awaits: true }), waits: 0 });
      case "pass":
        return pass(found.reason, request, errand, this.#ports);
    }
  }

  /** A QUERY is known by its content, which has to be read first (RFC 10008). */
  async #query(request: CacheRequest, errand: Errand): Promise<Response> {
    request.peer.expectDelay?.();
    let known: CacheRequest;
    try {
      known = request.withContent(await readContent(request.source, this.#ports.caching.maxQueryBytes));
    } catch (cause) {
      errand.exchange.outcome = "rejected";
      return deliverFailure(new OriginError("client", "request-body", cause), errand.exchange);
    }
    if (known.wantsKey) errand.exchange.key = known.key;
    return await this.#answer(known, errand);
  }

  /** A `fetch` that keeps responses: as `handle`, always a promise. */
  async fetch(input: Request | string | URL, init?: RequestInit): Promise<Response> {
    return await this.handle(new Request(input, init));
  }

  /** Forgets everything stored for a URI, and keeps what is being fetched for it from being stored. */
  invalidate(uri: string): void {
    this.#ports.invalidation.uri(keyOf(uri, this.#ports.rules));
  }

  /**
   * Takes everything that a request names out of use: what is stored, and what is being fetched. Holds from the call on;
   * resolves once it also outlives the process, where there is a log. Soft purges leave it to be confirmed.
   *
   * @throws {PurgeError} when an item is not what its list takes, when too many bans are still to be carried out, or
   * when the log cannot be written. Only in the last case is anything purged.
   */
  purge(request: PurgeRequest): Promise<PurgeReceipt> {
    return this.#purger.purge(request);
  }

  /** Number of responses stored. */
  get size(): number {
    return this.#ports.store.size;
  }

  /** Number of fetches in the air. */
  get fetching(): number {
    return this.#ports.board.count;
  }

  /** The figures of the engine at this moment. */
  get stats(): EngineStats {
    const { store, budget, board, purges } = this.#ports;
    const { sequence, scopes, bans } = purges;
    return {
      size: store.size,
      bytes: budget.used,
      limit: budget.limit,
      fetching: board.count,
      coalescing: this.coalescing,
      purging: { sequence, scopes, bans, reclaiming: this.#reclaimer.left },
    };
  }

  /** What became of concurrent requests so far, and what is under way. */
  get coalescing(): CoalescingStats {
    const { board, counters, bodies, foresight } = this.#ports;
    return counters.snapshot({
      flightsNow: board.count,
      bytesInFlight: bodies.inFlight?.used ?? 0,
      bytesRemembered: foresight.bytes,
    });
  }

  /** Waits for background work to end, then lets go of the origin. */
  async close(): Promise<void> {
    await this.#ports.background.drain();
    await this.#ports.origin.close();
  }

  #deliver(stored: StoredResponse, request: CacheRequest, exchange: Exchange): Response {
    exchange.stored = true;
    this.#ports.store.touch(stored);
    const { style } = this.#ports;
    return deliver({ stored, request, exchange, now: exchange.startedAt, style });
  }
}
