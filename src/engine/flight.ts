import type { NotStoredReason } from "../policy/storability.ts";
import type { OriginError } from "../origin/origin-error.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import type { OriginAnswer } from "./forward.ts";
import type { CacheRequest } from "./normalize-request.ts";

/** What a fetch has come to once its response header section is known. */
export type FlightHead =
  | Representation
  /** For the client that asked, and for nobody else. */
  | { readonly kind: "unshareable"; readonly answer: OriginAnswer; readonly reason: NotStoredReason }
  | { readonly kind: "failed"; readonly error: OriginError };

/** A whole representation: received now, or stored before and confirmed by a 304. */
export interface Representation {
  readonly kind: "representation";
  readonly stored: StoredResponse;
  readonly origin: string;
  /** The origin's status: 304 when it confirmed what was stored. */
  readonly status: number;
  /** Whether others who select it may have it. */
  readonly shareable: boolean;
  /** Whether it is in the store, or will be once it is complete. */
  readonly kept: boolean;
}

/** What a fetch is for. */
export interface FlightPurpose {
  /** The stored response that the origin is asked to confirm. */
  readonly validated: StoredResponse | undefined;
  /** Whether others may wait for its headers. */
  readonly joinable: boolean;
}

/** One fetch in the air. It belongs to the engine: the client that caused it may leave at any time. */
export class Flight {
  readonly leader: CacheRequest;
  /** The stored response that the origin is asked to confirm. */
  readonly validated: StoredResponse | undefined;
  /** Request fields on which others must agree with the leader in order to wait for it. */
  readonly joinNames: readonly string[];
  /** Whether others may wait for it before its headers are known. */
  readonly joinable: boolean;
  /** Resolves at response headers, whatever they are; never rejects. */
  readonly landed: Promise<FlightHead>;
  /** Set when its key was invalidated after it began: what it brings is not stored, and nobody joins it any more. */
  doomed = false;
  #head: FlightHead | undefined;
  #resolve!: (head: FlightHead) => void;

  constructor(leader: CacheRequest, joinNames: readonly string[], purpose: FlightPurpose) {
    this.leader = leader;
    this.validated = purpose.validated;
    this.joinNames = joinNames;
    this.joinable = purpose.joinable;
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
