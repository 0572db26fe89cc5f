/**
 * Verify to share: what becomes of all who wait when the headers of a fetch arrive. One synchronous pass: those whom
 * the answer suits share it, those for whom it is another variant go on with that known, each variant once and all in
 * this very turn, and an answer that nobody may share sends everybody to the origin at once.
 */
import { discard } from "../origin/discard.ts";
import type { OriginFailure } from "../origin/origin-error.ts";
import { selects } from "../policy/vary.ts";
import type { MissAnswers, Quest } from "./answer-miss.ts";
import type { Failed, Flight, FlightHead, Representation, Unshareable } from "./flight.ts";
import { lookup } from "./lookup.ts";
import type { PassPorts } from "./pass.ts";
import { hasCredentials, mayShare, mayShareOnce } from "./sharing.ts";
import type { Waiter } from "./waiter.ts";

/** Where those go on who do not share. */
export interface Onward {
  /** The way of a miss once more. */
  obtain(quest: Quest): Response | Promise<Response>;
  /** To the origin, waiting for nobody. */
  alone(quest: Quest, reason: "released"): Response | Promise<Response>;
  /** Fetches once more for `waiter`, and for the others with it. */
  tryAgain(waiter: Waiter, others: readonly Waiter[]): void;
}

/** Failures that another request of the same kind may well not meet. After a timeout everybody has waited enough. */
const MAY_PASS: ReadonlySet<OriginFailure> = new Set<OriginFailure>(["reset", "truncated", "malformed-response"]);

const IS_TIMEOUT: ReadonlySet<OriginFailure> = new Set<OriginFailure>([
  "connect-timeout",
  "first-byte-timeout",
  "between-bytes-timeout",
  "total-timeout",
]);

/** Failures that everybody meets who comes right after. */
const IS_UNREACHABLE: ReadonlySet<OriginFailure> = new Set<OriginFailure>(["connect", "no-healthy-origin"]);

/** Settles all who wait for a fetch when its headers are in. */
export class Landing {
  readonly #ports: PassPorts;
  readonly #answers: MissAnswers;
  readonly #onward: Onward;

  constructor(ports: PassPorts, answers: MissAnswers, onward: Onward) {
    this.#ports = ports;
    this.#answers = answers;
    this.#onward = onward;
  }

  /** Tells all who wait what a flight has come to. */
  land(flight: Flight, head: FlightHead): void {
    this.#learn(flight, head);
    flight.head = head;
    switch (head.kind) {
      case "representation":
        return this.#landRepresentation(flight, head);
      case "unshareable":
        return this.#landUnshareable(flight, head);
      case "failed":
        return this.#landFailed(flight, head);
    }
  }

  /** Gives one whom it suits what somebody else's fetch brings. */
  share(flight: Flight, head: Representation, quest: Quest): Response | Promise<Response> {
    const { exchange } = quest;
    this.#ports.counters.add("shares");
    exchange.collapsed = true;
    exchange.decide({ rule: "coalesce", result: "shared", source: "RFC 9111 §4" });
    return this.#answers.fromRepresentation({ ...head, withheld: [] }, flight, quest);
  }

  #learn(flight: Flight, head: FlightHead): void {
    const { foresight, clock, counters } = this.#ports;
    const wasted = flight.departure.isGuess === true && this.#isNeedless(flight);
    if (wasted) counters.add("wasted");
    foresight.learn(flight, head, { now: clock.monotonic(), wasted });
  }

  /** Whether another fetch has brought meanwhile what this one was begun for. */
  #isNeedless({ leader, siblings }: Flight): boolean {
    const isAmong = siblings.flights.some(({ head }) =>
      head?.kind === "representation" && mayShare(head, leader, this.#ports)
    );
    return isAmong || lookup(this.#ports, leader, this.#ports.clock.monotonic()).outcome === "hit";
  }

  #landRepresentation(flight: Flight, head: Representation): void {
    const { leader, followers } = passengersOf(flight);
    if (leader !== undefined) leader.settle(() => this.#answers.fromRepresentation(head, flight, leader.quest));
    else leaveToStore(flight, head);
    const { undecided } = flight.siblings;
    for (const waiter of [...followers, ...othersWaiting(flight)]) {
      if (this.#mayHave(flight, head, waiter)) waiter.settle(() => this.share(flight, head, waiter.quest));
    }
    for (const waiter of followers) waiter.settle(() => this.#goOn(head, waiter));
    for (const waiter of undecided.splice(0)) {
      if (flight.doomed) this.#keepUndecided(flight, waiter);
      else waiter.settle(() => this.#goOn(head, waiter));
    }
  }

  #mayHave(flight: Flight, head: Representation, { request }: Waiter): boolean {
    return mayShare(head, request, this.#ports) || mayShareOnce(flight, head, { request, ports: this.#ports });
  }

  /** One for whom the answer is another variant looks again, for it is known now on what it depends. */
  #goOn({ shareable, stored }: Representation, waiter: Waiter): Response | Promise<Response> {
    const { quest, request } = waiter;
    if (!shareable || selects(stored, request)) return this.#release(waiter);
    if (waiter.isAbandoned) return this.#answers.abandoned(quest);
    this.#ports.counters.add("rebuckets");
    quest.exchange.decide({ rule: "coalesce", result: "another-variant" });
    return this.#lookAgain(quest);
  }

  #lookAgain(quest: Quest): Response | Promise<Response> {
    const found = lookup(this.#ports, quest.request, this.#ports.clock.monotonic());
    if (found.outcome === "miss") return this.#onward.obtain({ ...quest, found, waits: quest.waits + 1 });
    if (found.outcome === "pass") return this.#answers.fromOriginAlone(quest);
    quest.exchange.collapsed = true;
    return this.#answers.fromStore(found.stored, quest);
  }

  #landUnshareable(flight: Flight, head: Unshareable): void {
    const { leader, followers } = passengersOf(flight);
    const { status, origin } = head.answer.response;
    if (leader !== undefined) leader.settle(() => this.#answers.fromUnshareable(head, flight, leader.quest));
    else discard(head.answer.response);
    if (!this.#ports.caching.errorStatuses.has(status)) return this.#releaseAll(flight, followers);
    // Everybody's own request would find the origin in the same trouble, and add to it.
    this.#endInTrouble(flight, followers, {
      mayPass: true,
      answer: (quest) => this.#answers.fromTrouble({ status, origin }, quest),
    });
  }

  #releaseAll(flight: Flight, followers: readonly Waiter[]): void {
    for (const waiter of followers) waiter.settle(() => this.#release(waiter));
    const credentialed = hasCredentials(flight.leader);
    for (const waiter of flight.siblings.undecided.splice(0)) {
      // A page that is private to somebody with credentials may well be the same for all without.
      if (hasCredentials(waiter.request) === credentialed) waiter.settle(() => this.#release(waiter));
      else this.#keepUndecided(flight, waiter);
    }
  }

  /** One to whom these headers say nothing waits for others, if any are awaited. */
  #keepUndecided(flight: Flight, waiter: Waiter): void {
    if (isLastAwaited(flight)) waiter.settle(() => this.#lookAgain(waiter.quest));
    else flight.siblings.undecided.push(waiter);
  }

  #release(waiter: Waiter): Response | Promise<Response> {
    if (waiter.isAbandoned) return this.#answers.abandoned(waiter.quest);
    this.#ports.counters.add("releases");
    return this.#onward.alone(waiter.quest, "released");
  }

  #landFailed(flight: Flight, { error }: Failed): void {
    const { leader, followers } = passengersOf(flight);
    const isCrowd = followers.length > 0 || flight.siblings.undecided.length > 0;
    if (isCrowd && IS_UNREACHABLE.has(error.failure)) {
      this.#ports.foresight.keys.learnFailure(flight.leader.key, error, this.#ports.clock.monotonic());
    }
    const hasHope = IS_TIMEOUT.has(error.failure) ? () => false : (waiter: Waiter) => ridesAnother(waiter, flight);
    const affected = [...followers, ...(leader === undefined ? [] : [leader])];
    this.#endInTrouble(flight, affected.filter((waiter) => !hasHope(waiter)), {
      mayPass: MAY_PASS.has(error.failure),
      answer: (quest) => this.#answers.fromFailure(error, quest),
    });
  }

  /** A stale response for each who may have one; for the others one more try together, or else the same answer. */
  #endInTrouble(flight: Flight, affected: readonly Waiter[], trouble: Trouble): void {
    for (const waiter of affected) {
      if (this.#answers.hasStandIn(waiter.quest)) waiter.settle(() => trouble.answer(waiter.quest));
    }
    const left = affected.filter(({ isSettled }) => !isSettled);
    const next = left.find((waiter) => waiter.isFollower && !waiter.isAbandoned && waiter.request.method !== "HEAD");
    if (next !== undefined && trouble.mayPass && !flight.departure.isRetry && this.#ports.retries.withdraw()) {
      this.#ports.counters.add("reelections");
      return this.#onward.tryAgain(next, left.filter((waiter) => waiter !== next));
    }
    const ending = isLastAwaited(flight) ? [...left, ...flight.siblings.undecided.splice(0)] : left;
    for (const waiter of ending) waiter.settle(() => trouble.answer(waiter.quest));
  }
}

/** An origin that gave no usable answer, as those see it who waited for one. */
interface Trouble {
  /** Whether another request may fare better. */
  readonly mayPass: boolean;
  answer(quest: Quest): Response;
}

/** Nobody takes what a flight brings: a refresh is for the store all the same; what its leader has left may not be. */
function leaveToStore(flight: Flight, { stored: { body }, notKept }: Representation): void {
  const isRefresh = flight.passengers.every(({ request }) => request !== flight.leader);
  if (isRefresh && notKept === undefined) body.claim();
  body.leaveUnread();
}

interface Passengers {
  /** The one who caused the flight, unless it was nobody, or it has its answer already. */
  readonly leader: Waiter | undefined;
  readonly followers: readonly Waiter[];
}

/** Those on a flight who still wait. */
function passengersOf({ leader, passengers }: Flight): Passengers {
  const waiting = passengers.filter(({ isSettled }) => !isSettled);
  return {
    leader: waiting.find(({ request }) => request === leader),
    followers: waiting.filter(({ request }) => request !== leader),
  };
}

/**
 * Those who wait for other fetches of the same key, or for any, and may find theirs here. Not when the key was
 * invalidated meanwhile: some of them have come since.
 */
function othersWaiting({ siblings: { flights, undecided }, doomed }: Flight): readonly Waiter[] {
  if (doomed) return [];
  return [
    ...undecided,
    ...flights.flatMap((other) => other.head === undefined ? passengersOf(other).followers : []),
  ];
}

/** Whether no other headers are awaited for the key of a flight. */
function isLastAwaited({ siblings }: Flight): boolean {
  return siblings.flights.every(({ head, departure }) => head !== undefined || departure.boarding === "posted");
}

/** Whether one who has hedged still waits for the other of its two fetches. */
function ridesAnother(waiter: Waiter, flight: Flight): boolean {
  return flight.siblings.flights.some((other) =>
    other !== flight && other.head === undefined && other.passengers.includes(waiter)
  );
}
