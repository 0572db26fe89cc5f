/**
 * Predict to wait: what can be guessed of an answer before its headers, from those that came before it. A prediction
 * decides only whether a request waits, and for how long; who gets the answer is decided in `sharing.ts`.
 */
import { reuse } from "../policy/reuse.ts";
import type { ByteBudget } from "../storage/byte-budget.ts";
import type { ResponseStore } from "../storage/response-store.ts";
import type { Milliseconds, MonotonicMs } from "../time/clock.ts";
import type { CacheRequest } from "./cache-request.ts";
import type { CoalescingRules } from "./coalescing-rules.ts";
import type { Flight, FlightHead } from "./flight.ts";
import { KeyStates } from "./key-states.ts";
import { RoutePriors } from "./route-priors.ts";
import { type Route, Routes } from "./routes.ts";
import { hasCredentials, isCredential } from "./sharing.ts";
import { Speculation } from "./speculation.ts";
import { waitBudget } from "./waiter.ts";

/** What requests must have in common to wait together while nothing else is known. Credentials come on top. */
const FINGERPRINT: readonly string[] = ["accept", "accept-encoding", "accept-language", "origin"];

/** A route whose answers are shared more seldom is not waited for. */
const MIN_SHAREABILITY = 0.2;

/** On which request fields an answer is expected to depend. */
export interface JoinSet {
  readonly names: readonly string[];
  /** Whether that was declared, or seen on the very key: then other values mean another answer. */
  readonly isTrusted: boolean;
}

/** Why a request does not wait for others, nor they for it. */
export type AloneReason =
  /** An answer for this key could not be shared a short while ago. */
  | "hit-for-miss"
  /** Answers of this route mostly cannot be shared. */
  | "route"
  /** The client wants an answer of its own (RFC 9111 §5.2.1.4). */
  | "request"
  /** It has waited in vain often enough. */
  | "waited";

/** A request that has waited in vain this often goes to the origin alone. */
const MAX_WAITS = 3;

/** What predictions are drawn from. */
export class Foresight {
  readonly speculation: Speculation;
  readonly keys: KeyStates;
  readonly #routes: Routes;
  readonly #priors: RoutePriors;
  readonly #rules: CoalescingRules;
  readonly #store: ResponseStore;

  constructor(rules: CoalescingRules, { budget, store }: { budget: ByteBudget; store: ResponseStore }) {
    this.speculation = new Speculation(rules.maxSpeculative);
    this.keys = new KeyStates(budget, rules.hitForMiss);
    this.#routes = new Routes(rules.routes);
    this.#priors = new RoutePriors(budget);
    this.#rules = rules;
    this.#store = store;
  }

  /** Memory that it takes of the budget. */
  get bytes(): number {
    return this.keys.bytes + this.#priors.bytes;
  }

  route(request: CacheRequest): Route {
    return this.#routes.of(request);
  }

  /** Declared, else learned from the key, else from its route, else the fingerprint of the request. */
  joinSet(request: CacheRequest, route: Route): JoinSet {
    const trusted = route.vary ?? this.keys.of(request.key).specs[0] ?? this.#storedSpec(request.key);
    if (trusted !== undefined) return { names: trusted, isTrusted: true };
    return { names: this.#priors.of(route.name)?.dominantVary ?? FINGERPRINT, isTrusted: false };
  }

  /** Why a request had better not wait at all. */
  reasonToGoAlone(request: CacheRequest, route: Route, now: MonotonicMs, waits: number): AloneReason | undefined {
    if (waits >= MAX_WAITS) return "waited";
    if (request.directives.noCache) return "request";
    const credentialed = hasCredentials(request);
    const { hitForMiss, specs } = this.keys.of(request.key);
    if (hitForMiss[credentialed ? 1 : 0] > now) return "hit-for-miss";
    const prior = route.isPublic || specs.length > 0 ? undefined : this.#priors.of(route.name);
    return prior !== undefined && prior.shareability(credentialed) < MIN_SHAREABILITY ? "route" : undefined;
  }

  /** Whether visitors with different credentials have ever got the same from this route. */
  isProvenShareable(route: Route): boolean {
    return route.isPublic || this.#priors.of(route.name)?.hasShared(true) === true;
  }

  /** How long to wait for the headers of somebody else. */
  waitBudget(route: Route): Milliseconds {
    return waitBudget(this.#priors.of(route.name)?.timeToHeadersP95, this.#rules.maxWait);
  }

  /** Draws from the headers of a flight what they tell of those to come. */
  learn(flight: Flight, head: FlightHead, { now, wasted }: { now: MonotonicMs; wasted: boolean }): void {
    this.speculation.learn({ wasted });
    const lesson = this.#lessonOf(head, now);
    // What came of a range, or instead of one, says little of the whole.
    if (lesson === undefined || (!lesson.shareable && flight.purpose.range !== undefined)) return;
    const { leader, departure: { route, startedAt } } = flight;
    const { shareable, vary } = lesson;
    const credentialed = hasCredentials(leader);
    const isNews = shareable
      ? this.keys.learnShareable(leader.key, vary, credentialed)
      : this.keys.learnUnshareable(leader.key, credentialed, now);
    this.#priors.learnTime(route.name, now - startedAt);
    // A key counts once, however often it is asked for: what is asked about is the next one.
    if (!isNews || lesson.isOfKeyOnly) return;
    // What depends on who asks is shared with nobody else, whatever else it says.
    const isForAll = shareable && !(credentialed && vary?.some(isCredential));
    this.#priors.learn(route.name, { credentialed, shareable: isForAll, vary });
  }

  /** `undefined` for what may be otherwise the next moment. */
  #lessonOf(head: FlightHead, now: MonotonicMs): Lesson | undefined {
    switch (head.kind) {
      case "failed":
        return undefined;
      case "unshareable":
        if (head.sharedOnce) return { shareable: true, vary: undefined };
        return PASSING_REASONS.has(head.reason) ? undefined : lessonOfStatus(head.answer.response.status);
      case "representation": {
        const { stored, shareable, sharedOnce } = head;
        if (stored.staleSince < Infinity) return undefined; // purged on its way
        const isShared = shareable && (sharedOnce || reuse(stored, now) === "fresh");
        return isShared ? { shareable: true, vary: stored.selecting.names } : UNSHAREABLE;
      }
    }
  }

  #storedSpec(key: string): readonly string[] | undefined {
    return this.#store.get(key)?.[0]?.selecting.names;
  }
}

interface Lesson {
  readonly shareable: boolean;
  /** Fields on which the answer depends, where that is known. */
  readonly vary: readonly string[] | undefined;
  /** Whether it says nothing of other keys. */
  readonly isOfKeyOnly?: boolean;
}

const UNSHAREABLE: Lesson = { shareable: false, vary: undefined };

const PASSING_REASONS: ReadonlySet<string> = new Set(["no-room", "too-large", "error-over-usable", "hedge"]);

/**
 * What an answer that cannot be shared teaches. An error is often the fault of the one who asked, and must not keep
 * others from waiting for each other; what is not there says nothing of what is beside it.
 */
function lessonOfStatus(status: number): Lesson | undefined {
  if (status === 404 || status === 410) return { ...UNSHAREABLE, isOfKeyOnly: true };
  return status >= 400 || status === 206 || status === 304 ? undefined : UNSHAREABLE;
}
