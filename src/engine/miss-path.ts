/**
 * The way of a request that the store could not answer: coalesce → origin → store, and back to `deliver`.
 *
 * It waits for a fetch in the air that may suit, or leads one of its own; either way the answer is decided at the
 * response headers. The fetch belongs to the engine, so whoever caused it may leave at any time.
 */
import { discard } from "../origin/discard.ts";
import type { OriginClient } from "../origin/origin-client.ts";
import type { OriginError } from "../origin/origin-error.ts";
import { isOriginTrouble, mayReplaceError } from "../policy/reuse.ts";
import { NOT_STORED_RULES, type NotStoredReason } from "../policy/storability.ts";
import type { ResponseStore, StoredResponse } from "../storage/response-store.ts";
import type { Clock } from "../time/clock.ts";
import type { BackgroundTasks } from "./background.ts";
import { type Coalescer, mayShare } from "./coalescer.ts";
import { canServeRange, deliver } from "./deliver.ts";
import { deliverAnswer, deliverFailure } from "./deliver-answer.ts";
import type { EngineParts } from "./engine-options.ts";
import type { Exchange, ForwardReason } from "./exchange.ts";
import { fetchResponse } from "./fetch-response.ts";
import type { Flight, FlightHead, FlightPurpose, Representation } from "./flight.ts";
import { lookup, type Miss } from "./lookup.ts";
import type { CacheRequest } from "./normalize-request.ts";
import { type Errand, pass, type PassPorts } from "./pass.ts";

/** What the way of a miss needs of its engine. */
export interface MissPorts extends EngineParts, PassPorts {
  readonly coalescer: Coalescer;
  readonly background: BackgroundTasks;
}

/** A request that has waited in vain this often goes to the origin alone. */
const MAX_WAITS = 3;

/** A body up to this size is received whole before it is sent where a stale response could still stand in for it. */
const SAFETY_BUFFER_BYTES = 64 * 1024;

/** Brings requests that the store could not answer to their answer, and refreshes what is stale. */
export class MissPath {
  readonly #ports: MissPorts;
  readonly #store: ResponseStore;
  readonly #clock: Clock;
  readonly #coalescer: Coalescer;

  constructor(ports: MissPorts) {
    this.#ports = ports;
    this.#store = ports.store;
    this.#clock = ports.clock;
    this.#coalescer = ports.coalescer;
  }

  /** The answer to a miss: from a fetch in the air that may suit, or from one that is started for it. */
  async obtain(found: Miss, request: CacheRequest, errand: Errand, waits = 0): Promise<Response> {
    request.peer.expectDelay?.();
    errand.exchange.forwardReason = found.reason;
    errand.exchange.decide({ rule: "lookup", result: found.reason, source: "RFC 9111 §4" });
    if (request.method === "HEAD") return await this.#pass(found.reason, request, errand);
    const flight = this.#coalescer.find(request, this.#clock.monotonic());
    if (flight === undefined) return await this.#lead(found, request, { ...errand, joinable: true });
    return await this.#follow(flight, found, request, { ...errand, waits });
  }

  /** Refreshes a stale response that has just been delivered. One refresh per variant, whoever asks meanwhile. */
  refreshBehind(stored: StoredResponse, request: CacheRequest, origin: OriginClient): void {
    if (this.#coalescer.isRefreshing(stored)) return;
    const flight = this.#takeOff(request.detached(), origin, { validated: stored, joinable: true });
    this.#ports.background.run(async () => {
      const head = await flight.landed;
      if (head.kind === "unshareable") discard(head.answer.response);
      if (head.kind === "representation") head.stored.body.leaveUnread();
    });
  }

  /** Waits for somebody else's fetch, and shares it only if this request passes the test that a hit has to pass. */
  async #follow(flight: Flight, found: Miss, request: CacheRequest, errand: Follower): Promise<Response> {
    const head = flight.head ?? await flight.landed;
    const standIn = this.#standIn(found);
    switch (head.kind) {
      case "failed": // one failed fetch is the answer to all who waited for it, not the first of many
        return this.#deliverError(head.error, found, request, errand);
      case "representation":
        if (mayShare(head, request, this.#clock.monotonic())) {
          errand.exchange.collapsed = true;
          errand.exchange.decide({ rule: "coalesce", result: "shared", source: "RFC 9111 §4" });
          return await this.#deliverHead(head, found, request, errand);
        }
        if (head.shareable && head.stored.body.retained && errand.waits < MAX_WAITS) {
          return await this.#lookAgain(request, errand);
        }
        break;
      case "unshareable":
        if (standIn !== undefined && isOriginTrouble(head.answer.response.status)) {
          return this.#deliverStale(standIn, request, errand);
        }
        break;
    }
    errand.exchange.decide({ rule: "coalesce", result: "released" });
    // Everybody who waited in vain goes to the origin at once, and nobody waits for anybody again.
    return await this.#lead(found, request, { ...errand, joinable: false });
  }

  /** The answer turned out to depend on more than was predicted; what it depends on is known now. */
  async #lookAgain(request: CacheRequest, errand: Follower): Promise<Response> {
    const again = lookup(this.#store, request, this.#clock.monotonic());
    if (again.outcome === "miss") return await this.obtain(again, request, errand, errand.waits + 1);
    if (again.outcome === "pass") return await this.#pass(again.reason, request, errand);
    errand.exchange.collapsed = true;
    return this.#deliver(again.stored, request, errand.exchange);
  }

  async #lead(found: Miss, request: CacheRequest, errand: Leader): Promise<Response> {
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
    this.#ports.background.run(async () => {
      try {
        const head = await fetchResponse(flight, { ...this.#ports, origin });
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
    if (head.status === 304) exchange.decide({ rule: "validation", result: "confirmed", source: "RFC 9111 §4.3.4" });
    else if (head.kept) exchange.decide({ rule: "storability", result: "stored", source: "RFC 9111 §3" });
    else this.#noteNotStored(exchange, "too-large");
    if (wantsRange(request, errand.origin) && !canServeRange(stored)) {
      stored.body.leaveUnread();
      return await this.#pass(found.reason, request, errand);
    }
    const { sealed, length } = stored.body;
    const standIn = this.#standIn(found);
    if (standIn !== undefined && sealed === undefined && length !== undefined && length <= SAFETY_BUFFER_BYTES) {
      if (await stored.body.done === "failed") return this.#deliverStale(standIn, request, errand);
    }
    return this.#deliver(stored, request, exchange);
  }

  async #deliverUnshareable(head: Unshareable, found: Miss, request: CacheRequest, errand: Errand): Promise<Response> {
    const { exchange } = errand;
    const { response } = head.answer;
    exchange.origin = response.origin;
    exchange.originStatus = response.status;
    this.#noteNotStored(exchange, head.reason);
    const standIn = isOriginTrouble(response.status) ? this.#standIn(found) : undefined;
    if (standIn !== undefined) {
      discard(response);
      return this.#deliverStale(standIn, request, errand);
    }
    if (wantsRange(request, errand.origin) && response.status === 200) {
      discard(response);
      return await this.#pass(found.reason, request, errand);
    }
    return deliverAnswer(head.answer, exchange);
  }

  /** The origin failed: a stale response stands in if it may (RFC 5861 §4), else the client is told. */
  #deliverError(error: OriginError, found: Miss, request: CacheRequest, errand: Errand): Response {
    errand.exchange.origin = error.origin;
    errand.exchange.decide({ rule: "origin", result: error.failure });
    const standIn = this.#standIn(found);
    if (standIn !== undefined) return this.#deliverStale(standIn, request, errand);
    return deliverFailure(error, errand.exchange);
  }

  #noteNotStored(exchange: Exchange, reason: NotStoredReason): void {
    exchange.detail = reason;
    exchange.decide({ rule: "storability", result: reason, source: NOT_STORED_RULES[reason] });
  }

  /** The stale response that may be used when the origin fails (RFC 5861 §4). */
  #standIn({ validated }: Miss): StoredResponse | undefined {
    return validated && mayReplaceError(validated, this.#clock.monotonic()) ? validated : undefined;
  }

  #deliverStale(stored: StoredResponse, request: CacheRequest, { exchange }: Errand): Response {
    exchange.outcome = "stale";
    exchange.stored = true;
    exchange.detail = "stale-if-error";
    exchange.decide({ rule: "stale-if-error", result: "delivered", source: "RFC 5861 §4" });
    this.#store.touch(stored);
    return this.#deliver(stored, request, exchange);
  }

  #deliver(stored: StoredResponse, request: CacheRequest, exchange: Exchange): Response {
    return deliver(stored, request, exchange, { now: this.#clock.monotonic(), sealFields: this.#ports.sealFields });
  }

  #pass(reason: ForwardReason, request: CacheRequest, errand: Errand): Promise<Response> {
    return pass(reason, request, errand, this.#ports);
  }
}

/** Whether the origin is better asked again, for the range alone, than made to send all of it. */
function wantsRange(request: CacheRequest, origin: OriginClient): boolean {
  return request.method === "GET" && request.header("range") !== null && !origin.once;
}

type Unshareable = Extract<FlightHead, { kind: "unshareable" }>;

interface Follower extends Errand {
  /** How often this request has waited in vain. */
  readonly waits: number;
}

interface Leader extends Errand {
  /** Whether others may wait for what this request fetches. */
  readonly joinable: boolean;
}
