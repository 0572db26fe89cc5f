import type { FieldLines } from "../http/field-lines.ts";
import type { RangeSpec } from "../http/byte-range.ts";
import type { Sequence } from "../invalidation/epochs.ts";
import type { OriginError } from "../origin/origin-error.ts";
import type { NotStoredReason } from "../policy/storability.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import type { OriginAnswer } from "./forward.ts";
import type { CacheRequest } from "./cache-request.ts";

/** What a fetch has come to once its response header section is known. */
export type FlightHead =
  | Representation
  /** For the client that asked, and for nobody else. */
  | { readonly kind: "unshareable"; readonly answer: OriginAnswer; readonly reason: NotStoredReason }
  | { readonly kind: "failed"; readonly error: OriginError };

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

/** What a fetch is for. */
export interface FlightPurpose {
  /** The stored response that the origin is asked to confirm. */
  readonly validated: StoredResponse | undefined;
  /** Whether others may wait for its headers. */
  readonly joinable: boolean;
  /** The range that the origin is asked for, when it is not everything. */
  readonly range?: RangeSpec | undefined;
  /** A stored part of which the origin is asked for the rest. */
  readonly completes?: StoredResponse | undefined;
}

/** What a flight needs to know of the engine when it takes off. */
export interface Departure {
  /** Request fields on which others must agree with the leader in order to wait for it. */
  readonly joinNames: readonly string[];
  readonly began: Sequence;
}

/** One fetch in the air. It belongs to the engine: the client that caused it may leave at any time. */
export class Flight {
  readonly leader: CacheRequest;
  readonly purpose: FlightPurpose;
  /** The point in the order of invalidations at which it began. */
  readonly began: Sequence;
  /** Request fields on which others must agree with the leader in order to wait for it. */
  readonly joinNames: readonly string[];
  /** Resolves at response headers, whatever they are; never rejects. */
  readonly landed: Promise<FlightHead>;
  /** Set when its key was invalidated after it began: what it brings is not stored, and nobody joins it any more. */
  doomed = false;
  /** How many requests have joined it, beside the one that caused it. */
  waiting = 0;
  #head: FlightHead | undefined;
  #resolve!: (head: FlightHead) => void;

  constructor(leader: CacheRequest, purpose: FlightPurpose, { joinNames, began }: Departure) {
    this.leader = leader;
    this.purpose = purpose;
    this.joinNames = joinNames;
    this.began = began;
    this.landed = new Promise((resolve) => (this.#resolve = resolve));
  }

  /** What it has come to; `undefined` while the response headers are awaited. */
  get head(): FlightHead | undefined {
    return this.#head;
  }

  /** Tells all who wait what the fetch has come to. */
  land(head: FlightHead): void {
    this.#head = head;
    this.#resolve(head);
  }
}
