import type { RangeSpec } from "../http/byte-range.ts";
import type { FieldLines } from "../http/field-lines.ts";
import type { Sequence } from "../invalidation/epochs.ts";
import type { OriginError } from "../origin/origin-error.ts";
import type { NotStoredReason } from "../policy/storability.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import type { Milliseconds, MonotonicMs } from "../time/clock.ts";
import type { CacheRequest } from "./cache-request.ts";
import type { OriginAnswer } from "./forward.ts";
import type { KeyFlights } from "./key-flights.ts";
import type { Route } from "./routes.ts";
import type { Waiter } from "./waiter.ts";

/** What a fetch has come to once its response header section is known. */
export type FlightHead = Representation | Unshareable | Failed;

/** A representation or a part of one: received now, or stored before and confirmed by a 304. */
export interface Representation {
  readonly kind: "representation";
  readonly stored: StoredResponse;
  readonly origin: string;
  /** The origin's status: 304 when it confirmed what was stored, 206 when it sent a part. */
  readonly status: number;
  /** Whether others who select it may have it. */
  readonly shareable: boolean;
  /** Whether those who waited for it may have it even if it was stale when it arrived. */
  readonly sharedOnce: boolean;
  /** Why it is not in the store, and will not be once it is complete. */
  readonly notKept: NotStoredReason | undefined;
  /** Fields for the client that caused the fetch, and for nobody else. */
  readonly withheld: FieldLines;
}

/** An answer for the client that asked, and for nobody else. */
export interface Unshareable {
  readonly kind: "unshareable";
  readonly answer: OriginAnswer;
  readonly reason: NotStoredReason;
  /** Whether those who wait for such an answer could have it; nobody did. */
  readonly sharedOnce: boolean;
}

/** No usable answer. */
export interface Failed {
  readonly kind: "failed";
  readonly error: OriginError;
}

/** What a fetch is for. */
export interface FlightPurpose {
  /** The stored response that the origin is asked to confirm. */
  readonly validated: StoredResponse | undefined;
  /** The range that the origin is asked for, when it is not everything. */
  readonly range?: RangeSpec | undefined;
  /** A stored part of which the origin is asked for the rest. */
  readonly completes?: StoredResponse | undefined;
}

/** Who may wait for the headers of a fetch. */
export type Boarding =
  /** Everybody who agrees with its leader on what the answer is expected to depend on. */
  | "open"
  /** Those who have waited for another fetch in vain; what it brings is not stored. */
  | "hedge"
  /** Nobody. */
  | "closed"
  /** Nobody, and it never lands: what a POST or HEAD tells the store. */
  | "posted";

/** What a flight needs to know when it takes off. */
export interface Departure {
  readonly purpose: FlightPurpose;
  readonly boarding: Boarding;
  readonly route: Route;
  readonly startedAt: MonotonicMs;
  /** After so long without headers nobody joins it any more. */
  readonly ageLimit: Milliseconds;
  /** Whether it was begun because it is unknown on what the answer depends. */
  readonly isGuess?: boolean;
  /** Whether it is a second try of what has failed. */
  readonly isRetry?: boolean;
}

/** One fetch in the air. It belongs to the engine: the client that caused it may leave at any time. */
export class Flight {
  readonly leader: CacheRequest;
  readonly departure: Departure;
  /** The point in the order of invalidations at which it began. */
  readonly began: Sequence;
  /** All that is in the air for its key. */
  readonly siblings: KeyFlights;
  /**
   * Whether purges that it would have to be told of were forgotten, as it took too long: what it brings counts as purged.
   */
  isOvertaken = false;
  /** The one for whom it was begun, until it has landed; absent where it is for the store alone. */
  caller: Waiter | undefined;
  /** What it has come to; `undefined` while the response headers are awaited. */
  head: FlightHead | undefined;

  constructor(leader: CacheRequest, departure: Departure, { began, siblings }: Pick<Flight, "began" | "siblings">) {
    this.leader = leader;
    this.departure = departure;
    this.began = began;
    this.siblings = siblings;
  }

  get purpose(): FlightPurpose {
    return this.departure.purpose;
  }

  /** Those who wait for what somebody else has begun, and so for this one. */
  get followers(): readonly Waiter[] {
    return [...this.siblings.waiting].filter((waiter) => waiter !== this.caller && waiter.rides.includes(this));
  }

  /** Whether anybody waits for what it brings beside the one for whom it was begun. */
  get isAwaited(): boolean {
    for (const waiter of this.siblings.waiting) {
      if (waiter !== this.caller && (waiter.isUndecided || waiter.rides.includes(this))) return true;
    }
    return false;
  }

  /** Whether no other headers are awaited for its key. */
  get isLastAwaited(): boolean {
    for (const { head, departure } of this.siblings.flights) {
      if (head === undefined && departure.boarding !== "posted") return false;
    }
    return true;
  }

  /** Whether its headers have not come in the time in which those of its route mostly do. */
  isOverdue(now: MonotonicMs): boolean {
    return this.head === undefined && now - this.departure.startedAt >= this.departure.ageLimit;
  }
}
