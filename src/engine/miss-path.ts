/**
 * The way of a request that the store could not answer: coalesce → origin → store, and back to `deliver`.
 *
 * It waits for a fetch in the air that may suit, or leads one of its own; either way the answer is decided at the
 * response headers (`landing.ts`). The fetch belongs to the engine, so whoever caused it may leave at any time.
 */
import type { OriginClient } from "../origin/origin-client.ts";
import type { OriginError } from "../origin/origin-error.ts";
import type { GrowingBody } from "../storage/growing-body.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import { isValid } from "../storage/validity.ts";
import { MissAnswers, type Quest } from "./answer-miss.ts";
import { agreesOn, type Arrival, arrive } from "./arrival.ts";
import type { CacheRequest } from "./cache-request.ts";
import { deliverNothingStored } from "./deliver-answer.ts";
import { fetchResponse } from "./fetch-response.ts";
import type { Departure, Flight, FlightPurpose, Representation } from "./flight.ts";
import type { AloneReason } from "./foresight.ts";
import { hasConditions } from "./forward.ts";
import { Landing } from "./landing.ts";
import type { PassPorts } from "./pass.ts";
import { purposeOf } from "./purpose.ts";
import { haveSameCredentials } from "./sharing.ts";
import { storeReceived } from "./store-received.ts";
import { Waiter } from "./waiter.ts";

/** Brings requests that the store could not answer to their answer, and refreshes what is stale. */
export class MissPath {
  readonly #ports: PassPorts;
  readonly #answers: MissAnswers;
  readonly #landing: Landing;

  constructor(ports: PassPorts) {
    this.#ports = ports;
    this.#answers = new MissAnswers(ports);
    this.#landing = new Landing(ports, this.#answers, {
      obtain: (quest) => this.obtain(quest),
      alone: (quest, reason) => this.#alone(quest, reason),
      tryAgain: (waiter, others) => this.#tryAgain(waiter, others),
    });
  }

  /** The answer to a miss: from a fetch in the air that may suit, or from one that is started for it. */
  obtain(quest: Quest): Response | Promise<Response> {
    const { found, request, exchange } = quest;
    const { onlyIfCached, noStore } = request.directives;
    request.peer.expectDelay?.();
    exchange.decide({ rule: "lookup", result: found.reason, source: "RFC 9111 §4" });
    if (onlyIfCached) return deliverNothingStored(exchange);
    exchange.forwardReason = found.reason;
    // What a client does not want stored it can share with nobody (RFC 9111 §5.2.1.5).
    if (noStore) return this.#answers.fromOriginAlone(quest);
    return this.#go(this.#arrive(quest), quest);
  }

  /** Refreshes a stale response that has just been delivered. One refresh per variant, whoever asks meanwhile. */
  refreshBehind(stored: StoredResponse, request: CacheRequest, origin: OriginClient): void {
    if (this.#ports.board.isRefreshing(stored)) return;
    const found = { outcome: "miss", reason: "stale", validated: stored } as const;
    // Only a GET brings what is stored.
    const refresh = (request.method === "HEAD" ? request.asGet() : request).detached();
    this.#takeOff(refresh, origin, { purpose: purposeOf(found, refresh, origin), boarding: "open" });
  }

  #arrive({ request, waits }: Quest): Arrival {
    const { foresight, clock } = this.#ports;
    return arrive({ request, route: foresight.route(request), now: clock.monotonic(), waits }, this.#ports);
  }

  #go(arrival: Arrival, quest: Quest): Response | Promise<Response> {
    switch (arrival.way) {
      case "attach":
        return this.#landing.share(arrival.flight, arrival.head, quest);
      case "refused":
        return this.#refuse(arrival.error, quest);
      case "wait":
        return this.#wait(quest, arrival.flight);
      case "wait-undecided":
        return this.#wait(quest, undefined);
      case "alone":
        return this.#alone(quest, arrival.reason);
      case "lead":
        if (arrival.isGuess) this.#ports.counters.add("speculative");
        return this.#lead(quest, { boarding: "open", isGuess: arrival.isGuess });
    }
  }

  /** Goes to the origin for an answer that nobody waits for, though it is stored if it may be. */
  #alone(quest: Quest, reason: AloneReason | "released"): Response | Promise<Response> {
    quest.exchange.decide({ rule: "coalesce", result: reason });
    // What is most likely for this client only is asked for as this client does: its conditions save the body.
    const isOwn = reason !== "waited" && quest.found.validated === undefined;
    if (isOwn && hasConditions(quest.request)) return this.#answers.fromOriginAlone(quest);
    return this.#lead(quest, { boarding: "closed" });
  }

  #lead(quest: Quest, departure: Pick<Departure, "boarding" | "isGuess">): Response | Promise<Response> {
    const { request, origin } = quest;
    // A HEAD brings no body that others could have.
    if (request.method === "HEAD") return this.#answers.fromOriginAlone(quest);
    const caller = new Waiter(quest);
    this.#takeOff(request, origin, { purpose: this.#purposeOf(quest), ...departure, caller });
    return caller.answer;
  }

  /** Nothing is asked of the origin: this is the answer that others have just got. */
  #refuse(error: OriginError, quest: Quest): Response {
    const { exchange } = quest;
    exchange.outcome = "rejected";
    exchange.forwardReason = undefined;
    return this.#answers.fromFailure(error, quest);
  }

  /** Waits for the headers of somebody else's fetch, or of any where that is not known; not for ever. */
  #wait(quest: Quest, flight: Flight | undefined): Promise<Response> {
    const { clock, counters } = this.#ports;
    const waiter = new Waiter(quest);
    const onSettled = (since: number) => {
      const waited = clock.monotonic() - since;
      quest.exchange.waited += waited;
      counters.waitEnded(waited);
    };
    waiter.follow(clock.monotonic(), { cancelTimer: this.#giveUpLater(waiter), onSettled });
    counters.waitBegan();
    if (flight === undefined) waiter.isUndecided = true;
    else waiter.rides.push(flight);
    waiter.waitAmong(this.#ports.board.of(quest.request.key)!.waiting);
    return waiter.answer;
  }

  #giveUpLater(waiter: Waiter): () => void {
    const { foresight, bodies } = this.#ports;
    return bodies.timers.after(foresight.waitBudget(foresight.route(waiter.request)), () => this.#giveUp(waiter));
  }

  /**
   * One whose wait has lasted too long hedges: it takes whichever comes first, what it has waited for or a second
   * fetch, which it shares with all who have waited for the same. Nobody queues, and nothing of it is stored.
   */
  #giveUp(waiter: Waiter): void {
    const { board, counters } = this.#ports;
    const { quest, request } = waiter;
    if (waiter.isAbandoned) return waiter.settle(() => this.#answers.abandoned(quest));
    counters.add("gaveUp");
    quest.exchange.decide({ rule: "coalesce", result: "gave-up" });
    for (const flight of board.of(request.key)?.flights ?? []) {
      if (this.#isHedgeFor(flight, request)) return void waiter.rides.push(flight);
    }
    if (request.method === "HEAD") return waiter.settle(() => this.#answers.fromOriginAlone(quest));
    counters.add("hedges");
    if (quest.origin.once) waiter.leaveOthers(); // what has begun to answer it must be what answers it
    const purpose = this.#purposeOf(quest);
    this.#takeOff(request, quest.origin, { purpose, boarding: "hedge", caller: waiter });
  }

  /** Without what was purged while it waited: once the purge is forgotten nobody could tell any more. */
  #purposeOf({ found, request, origin }: Quest): FlightPurpose {
    const held = found.validated ?? found.partial; // never both
    const isLeft = held === undefined || isValid(held, this.#ports.purges);
    return purposeOf(isLeft ? found : { outcome: "miss", reason: found.reason }, request, origin);
  }

  #isHedgeFor(flight: Flight, request: CacheRequest): boolean {
    const { departure: { boarding, route }, head, purpose, leader, isOvertaken } = flight;
    if (boarding !== "hedge" || head !== undefined || isOvertaken || purpose.range !== undefined) return false;
    if (!this.#ports.purges.isUntouched(leader.uri, flight.began)) return false;
    return agreesOn(this.#ports.foresight.joinSet(request, route).names, flight, request) &&
      (route.isPublic || haveSameCredentials(leader, request));
  }

  /** A second fetch in place of one that has failed, for one of those who waited, and the others with it. */
  #tryAgain(waiter: Waiter, others: readonly Waiter[]): void {
    const { request, origin } = waiter.quest;
    const purpose = this.#purposeOf(waiter.quest);
    const flight = this.#takeOff(request, origin, { purpose, boarding: "open", isRetry: true, caller: waiter });
    for (const other of others) {
      other.rides.push(flight);
      other.waitAmong(flight.siblings.waiting);
    }
  }

  /** Starts a fetch that belongs to the engine, and takes what it brings to the store. */
  #takeOff(request: CacheRequest, origin: OriginClient, plan: FlightPlan): Flight {
    const { board, background, counters, retries } = this.#ports;
    const { caller, ...departure } = plan;
    const flight = board.open(request, { ...departure, ...this.#limits(request) });
    flight.caller = caller;
    caller?.rides.push(flight);
    counters.add("flights");
    if (!plan.isRetry && plan.boarding !== "hedge") retries.deposit();
    background.run(async () => {
      try {
        const ports = { ...this.#ports, origin };
        const head = await fetchResponse(flight, ports);
        if (head.kind === "representation") await whatCameAlong(head.stored.body);
        this.#landing.land(flight, head);
        if (head.kind === "representation" && head.status !== 304) await this.#takeIn(flight, head, ports);
      } finally {
        board.close(flight);
      }
    });
    return flight;
  }

  /** Each fetch of a key that is late already makes the next one wait twice as long for others to give up on it. */
  #limits(request: CacheRequest): Pick<Departure, "route" | "startedAt" | "ageLimit"> {
    const { board, clock, foresight } = this.#ports;
    const startedAt = clock.monotonic();
    const route = foresight.route(request);
    let late = 0;
    for (const flight of board.of(request.key)?.flights ?? []) if (flight.isOverdue(startedAt)) late++;
    return { route, startedAt, ageLimit: foresight.waitBudget(route) * 2 ** late };
  }

  async #takeIn(flight: Flight, { stored, notKept }: Representation, ports: PassPorts): Promise<void> {
    const { body } = stored;
    if (notKept === undefined) await storeReceived(flight, stored, ports);
    else if (await body.done === "retained") body.release();
    if (await body.done === "failed" || body.length === undefined) return;
    ports.foresight.keys.learnSize(flight.leader.key, body.length > ports.bodies.retainLimit);
  }
}

/** A body up to this size mostly comes along with its headers. */
const SMALL_BODY_BYTES = 64 * 1024;

/** Within so many turns of the microtask queue what has been received is taken in. */
const MAX_TURNS = 24;

/**
 * Takes in what came along with the headers before anybody is answered, without waiting for anything: a small body is
 * then complete, and goes out to all in one piece instead of as a stream to each.
 */
async function whatCameAlong(body: GrowingBody): Promise<void> {
  const { length = Infinity } = body;
  for (let turn = 0; turn < MAX_TURNS && length <= SMALL_BODY_BYTES && body.sealed === undefined; turn++) {
    await undefined;
  }
}

type FlightPlan = Pick<Departure, "boarding" | "isGuess" | "isRetry"> & {
  readonly purpose: FlightPurpose;
  /** Absent where the fetch is for the store alone. */
  readonly caller?: Waiter;
};
