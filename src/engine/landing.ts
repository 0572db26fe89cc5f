/**
 * Verify to share: what becomes of all who wait when the headers of a fetch arrive. One synchronous pass: those whom
 * the answer suits share it, those for whom it is another variant go on with that known, each variant once and all in
 * this very turn, and an answer that nobody may share sends everybody to the origin at once.
 */
import { discard } from "../origin/discard.ts";
import type { OriginFailure } from "../origin/origin-error.ts";
import { ORIGIN_TROUBLE } from "../policy/reuse.ts";
import { selects } from "../policy/vary.ts";
import { isValid } from "../storage/validity.ts";
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

/** With these the origin says that it is in trouble itself, whoever asks; what a stale one may replace is configured. */
const TROUBLE_STATUSES: ReadonlySet<number> = new Set(ORIGIN_TROUBLE);

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
    if (flight.isOvertaken && head.kind === "representation") head.stored.isPurged = true;
    this.#learn(flight, head);
    flight.head = head;
    this.#tell(flight, head);
    flight.caller = undefined;
  }

  #tell(flight: Flight, head: FlightHead): void {
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
    const isAmong = [...siblings.flights].some(({ head }) =>
      head?.kind === "representation" && mayShare(head, leader, this.#ports)
    );
    return isAmong || lookup(this.#ports, leader, this.#ports.clock.monotonic()).outcome === "hit";
  }

  #landRepresentation(flight: Flight, head: Representation): void {
    const { caller, siblings: { waiting } } = flight;
    if (caller !== undefined && isThere(caller)) {
      caller.settle(() => this.#answers.fromRepresentation(head, flight, caller.quest));
    } else this.#leaveToStore(flight, head);
    if (waiting.size === 0) return;
    const all = [...waiting]; // some come back while they are told
    for (const waiter of all) {
      if (this.#mayHave(flight, head, waiter)) this.#settle(waiter, (quest) => this.share(flight, head, quest));
    }
    for (const waiter of all) this.#goOn(flight, head, waiter);
  }

  /** Nobody takes what a flight brings: a refresh is for the store all the same; what its caller has left may not be. */
  #leaveToStore({ caller }: Flight, { stored: { body }, notKept }: Representation): void {
    if (caller !== undefined) this.#dismiss(caller);
    else if (notKept === undefined) body.claim();
    body.leaveUnread();
  }

  /** Also what is for others of the same key. What was purged on its way is for nobody: some have come since. */
  #mayHave(flight: Flight, head: Representation, waiter: Waiter): boolean {
    const { request } = waiter;
    return mayShare(head, request, this.#ports) || mayShareOnce(flight, head, { request, ports: this.#ports });
  }

  /** One for whom the answer is another variant looks again, for it is known now on what it depends. */
  #goOn(flight: Flight, head: Representation, waiter: Waiter): void {
    if (!isConcerned(waiter, flight)) return;
    if (!waiter.rides.includes(flight) && !this.#isUntouched(head)) return this.#keepWaiting(flight, waiter);
    if (this.#isNobodys(head, waiter)) return this.#release(waiter);
    this.#settle(waiter, (quest) => {
      this.#ports.counters.add("rebuckets");
      quest.exchange.decide({ rule: "coalesce", result: "another-variant" });
      return this.#lookAgain(quest);
    });
  }

  /** Whether the next answer for the same request can be shared no more than this one. */
  #isNobodys(head: Representation, { request }: Waiter): boolean {
    if (!this.#isUntouched(head)) return false; // the next will be another
    return !head.shareable || selects(head.stored, request);
  }

  /** Whether nothing was purged on its way that it is covered by. */
  #isUntouched({ stored }: Representation): boolean {
    return isValid(stored, this.#ports.purges) && stored.staleSince === Infinity;
  }

  #lookAgain(quest: Quest): Response | Promise<Response> {
    const found = lookup(this.#ports, quest.request, this.#ports.clock.monotonic());
    if (found.outcome === "miss") return this.#onward.obtain({ ...quest, found, waits: quest.waits + 1 });
    if (found.outcome === "pass") return this.#answers.fromOriginAlone(quest);
    quest.exchange.collapsed = true;
    return this.#answers.fromStore(found.stored, quest);
  }

  #landUnshareable(flight: Flight, head: Unshareable): void {
    const { caller } = flight;
    if (caller !== undefined && isThere(caller)) {
      caller.settle(() => this.#answers.fromUnshareable(head, flight, caller.quest));
    } else {
      if (caller !== undefined) this.#dismiss(caller);
      discard(head.answer.response);
    }
    const { status, origin } = head.answer.response;
    if (!TROUBLE_STATUSES.has(status)) return this.#releaseAll(flight);
    // Everybody's own request would find the origin in the same trouble, and add to it.
    this.#endInTrouble(flight, flight.followers, {
      mayPass: true,
      mayStandIn: this.#ports.caching.errorStatuses.has(status),
      answer: (quest) => this.#answers.fromTrouble({ status, origin }, quest),
    });
  }

  #releaseAll(flight: Flight): void {
    const credentialed = hasCredentials(flight.leader);
    for (const waiter of [...flight.siblings.waiting]) {
      if (!isConcerned(waiter, flight)) continue;
      // A page that is private to somebody with credentials may well be the same for all without.
      const isAlike = waiter.rides.includes(flight) || hasCredentials(waiter.request) === credentialed;
      if (isAlike) this.#release(waiter);
      else this.#keepWaiting(flight, waiter);
    }
  }

  /** One to whom these headers say nothing waits for others, if any are awaited. */
  #keepWaiting(flight: Flight, waiter: Waiter): void {
    if (flight.isLastAwaited) this.#settle(waiter, (quest) => this.#lookAgain(quest));
  }

  #release(waiter: Waiter): void {
    this.#settle(waiter, (quest) => {
      this.#ports.counters.add("releases");
      return this.#onward.alone(quest, "released");
    });
  }

  #landFailed(flight: Flight, { error }: Failed): void {
    const { caller, followers, leader } = flight;
    if (flight.isAwaited && IS_UNREACHABLE.has(error.failure)) {
      this.#ports.foresight.keys.learnFailure(leader.key, error, this.#ports.clock.monotonic());
    }
    const hasHope = IS_TIMEOUT.has(error.failure) ? () => false : (waiter: Waiter) => waiter.ridesAnother(flight);
    const affected = [...(caller === undefined ? [] : [caller]), ...followers];
    this.#endInTrouble(flight, affected.filter((waiter) => !hasHope(waiter)), {
      mayPass: MAY_PASS.has(error.failure),
      mayStandIn: true,
      answer: (quest) => {
        quest.exchange.collapsed = quest !== caller?.quest;
        return this.#answers.fromFailure(error, quest);
      },
    });
  }

  /**
   * A stale response for each who may have one; for the others one more try together, or else the same answer. Those
   * who wait for any headers take part once there are none to come. The last who came tries: the first ones may be
   * alike, and the cause of the trouble.
   */
  #endInTrouble(flight: Flight, awaiting: readonly Waiter[], trouble: Trouble): void {
    const { caller, siblings: { waiting }, isLastAwaited, departure } = flight;
    const undecided = isLastAwaited ? [...waiting].filter((waiter) => waiter.isUndecided) : [];
    const affected = [...new Set([...awaiting, ...undecided])];
    for (const waiter of affected) {
      if (trouble.mayStandIn && this.#answers.hasStandIn(waiter.quest)) this.#settle(waiter, trouble.answer);
    }
    const left = affected.filter(({ isSettled }) => !isSettled);
    const next = left.findLast((waiter) => isThere(waiter) && waiter !== caller && waiter.request.method !== "HEAD");
    if (next !== undefined && trouble.mayPass && !departure.isRetry && this.#ports.retries.withdraw()) {
      this.#ports.counters.add("reelections");
      return this.#onward.tryAgain(next, left.filter((waiter) => waiter !== next && !waiter.isUndecided));
    }
    for (const waiter of left) this.#settle(waiter, trouble.answer);
  }

  /** Answers one who waits, if its client has not gone: nothing need be fetched or read for that one. */
  #settle(waiter: Waiter, answer: (quest: Quest) => Response | Promise<Response>): void {
    if (waiter.isAbandoned) this.#dismiss(waiter);
    else waiter.settle(() => answer(waiter.quest));
  }

  #dismiss(waiter: Waiter): void {
    waiter.settle(() => this.#answers.abandoned(waiter.quest));
  }
}

/** An origin that gave no usable answer, as those see it who waited for one. */
interface Trouble {
  /** Whether another request may fare better. */
  readonly mayPass: boolean;
  readonly mayStandIn: boolean;
  answer(quest: Quest): Response;
}

/** Whether one still waits whose client has not gone. */
function isThere(waiter: Waiter): boolean {
  return !waiter.isSettled && !waiter.isAbandoned;
}

/** Whether what a flight brings decides for one who waits, and who has no fetch of its own in the air. */
function isConcerned(waiter: Waiter, flight: Flight): boolean {
  if (waiter.isSettled || waiter.leadsAnother(flight)) return false;
  return waiter.isUndecided || waiter.rides.includes(flight);
}
