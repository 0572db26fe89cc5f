/**
 * The way of a request that the store could not answer: coalesce → origin → store, and back to `deliver`.
 *
 * It waits for a fetch in the air that may suit, or leads one of its own; either way the answer is decided at the
 * response headers. The fetch belongs to the engine, so whoever caused it may leave at any time.
 */
import { discard } from "../origin/discard.ts";
import type { OriginClient } from "../origin/origin-client.ts";
import { selects } from "../policy/vary.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import { MissAnswers, type Quest } from "./answer-miss.ts";
import { deliverNothingStored } from "./deliver-answer.ts";
import { fetchResponse } from "./fetch-response.ts";
import type { Flight, FlightPurpose, Representation } from "./flight.ts";
import { lookup } from "./lookup.ts";
import type { CacheRequest } from "./cache-request.ts";
import type { PassPorts } from "./pass.ts";
import { purposeOf } from "./purpose.ts";
import { storeReceived } from "./store-received.ts";

/** A request that has waited in vain this often goes to the origin alone. */
const MAX_WAITS = 3;

/** Brings requests that the store could not answer to their answer, and refreshes what is stale. */
export class MissPath {
  readonly #ports: PassPorts;
  readonly #answers: MissAnswers;

  constructor(ports: PassPorts) {
    this.#ports = ports;
    this.#answers = new MissAnswers(ports);
  }

  /** The answer to a miss: from a fetch in the air that may suit, or from one that is started for it. */
  async obtain(quest: Quest): Promise<Response> {
    const { found, request, exchange } = quest;
    const { onlyIfCached, noStore } = request.directives;
    request.peer.expectDelay?.();
    exchange.decide({ rule: "lookup", result: found.reason, source: "RFC 9111 §4" });
    if (onlyIfCached) return deliverNothingStored(exchange);
    exchange.forwardReason = found.reason;
    // What a client does not want stored it can share with nobody (RFC 9111 §5.2.1.5).
    if (request.method === "HEAD" || noStore) return await this.#answers.fromOriginAlone(quest);
    const flight = this.#ports.coalescer.find(request, this.#ports.clock.monotonic());
    return flight === undefined ? await this.#lead(quest, true) : await this.#follow(flight, quest);
  }

  /** Refreshes a stale response that has just been delivered. One refresh per variant, whoever asks meanwhile. */
  refreshBehind(stored: StoredResponse, request: CacheRequest, origin: OriginClient): void {
    if (this.#ports.coalescer.isRefreshing(stored)) return;
    const found = { outcome: "miss", reason: "stale", validated: stored } as const;
    // Only a GET brings what is stored.
    const refresh = (request.method === "HEAD" ? request.asGet() : request).detached();
    const flight = this.#takeOff(refresh, origin, { ...purposeOf(found, refresh, origin), joinable: true });
    this.#ports.background.run(async () => {
      const head = await flight.landed;
      if (head.kind === "unshareable") discard(head.answer.response);
      if (head.kind === "representation") head.stored.body.leaveUnread();
    });
  }

  /** Waits for somebody else's fetch, and shares it only if this request passes the test that a hit has to pass. */
  async #follow(flight: Flight, quest: Quest): Promise<Response> {
    const { request, exchange } = quest;
    const hasWaited = flight.head === undefined;
    flight.waiting++;
    const head = flight.head ?? await flight.landed;
    switch (head.kind) {
      case "failed": // one failed fetch is the answer to all who waited for it, not the first of many
        return this.#answers.fromFailure(head.error, quest);
      case "representation":
        if (this.#mayShare(flight, head, { request, hasWaited })) {
          exchange.collapsed = true;
          exchange.decide({ rule: "coalesce", result: "shared", source: "RFC 9111 §4" });
          return await this.#answers.fromRepresentation({ ...head, withheld: [] }, flight, quest);
        }
        if (mayHaveLearned(head, request) && quest.waits < MAX_WAITS) return await this.#lookAgain(quest);
        break;
      case "unshareable": {
        const standIn = this.#answers.insteadOf(head.answer.response.status, quest);
        if (standIn !== undefined) return standIn;
      }
    }
    exchange.decide({ rule: "coalesce", result: "released" });
    // Everybody who waited in vain goes to the origin at once, and nobody waits for anybody again.
    return await this.#lead(quest, false);
  }

  #mayShare(flight: Flight, head: Representation, { request, hasWaited }: Waiter): boolean {
    const { coalescer, clock } = this.#ports;
    if (coalescer.mayShare(head, request, clock.monotonic())) return true;
    return hasWaited && coalescer.mayShareOnce(head, request, flight.leader);
  }

  /** The answer turned out to depend on more than was predicted; what it depends on is known now. */
  async #lookAgain(quest: Quest): Promise<Response> {
    const { request, exchange } = quest;
    const again = lookup(this.#ports, request, this.#ports.clock.monotonic());
    if (again.outcome === "miss") return await this.obtain({ ...quest, found: again, waits: quest.waits + 1 });
    if (again.outcome === "pass") return await this.#answers.fromOriginAlone(quest);
    exchange.collapsed = true;
    return this.#answers.fromStore(again.stored, quest);
  }

  /** @param joinable Whether others may wait for what this request fetches. */
  async #lead(quest: Quest, joinable: boolean): Promise<Response> {
    const { found, request, origin } = quest;
    const flight = this.#takeOff(request, origin, { ...purposeOf(found, request, origin), joinable });
    const head = await flight.landed;
    switch (head.kind) {
      case "representation":
        return await this.#answers.fromRepresentation(head, flight, quest);
      case "failed":
        return this.#answers.fromFailure(head.error, quest);
      case "unshareable":
        return await this.#answers.fromUnshareable(head, flight, quest);
    }
  }

  /** Starts a fetch that belongs to the engine, and takes what it brings to the store. */
  #takeOff(request: CacheRequest, origin: OriginClient, purpose: FlightPurpose): Flight {
    const { store, coalescer, background } = this.#ports;
    const learned = store.get(request.key)?.[0]?.selecting.names;
    const flight = coalescer.open(request, learned, purpose);
    background.run(async () => {
      try {
        const ports = { ...this.#ports, origin };
        const head = await fetchResponse(flight, ports);
        flight.land(head);
        if (head.kind === "representation" && head.status !== 304) await this.#takeIn(flight, head, ports);
      } finally {
        coalescer.close(flight);
      }
    });
    return flight;
  }

  async #takeIn(flight: Flight, { stored, notKept }: Representation, ports: PassPorts): Promise<void> {
    if (notKept === undefined) return await storeReceived(flight, stored, ports);
    if (await stored.body.done === "retained") stored.body.release();
  }
}

interface Waiter {
  readonly request: CacheRequest;
  /** Whether it came before the headers. */
  readonly hasWaited: boolean;
}

/** Whether a response that is not for this request tells on which fields the answer depends. */
function mayHaveLearned({ shareable, stored }: Representation, request: CacheRequest): boolean {
  return shareable && stored.body.retained && !selects(stored, request);
}
