import type { Clock, EpochMs, Milliseconds, MonotonicMs, Seconds } from "../time/clock.ts";
import type { RequestPeer } from "./cache-request.ts";

/** Which way a request went; a rejected one went none. */
export type ExchangeOutcome = "hit" | "stale" | "miss" | "pass" | "rejected";

/** Why a request went to the origin (RFC 9211 §2.2). */
export type ForwardReason =
  | "uri-miss"
  | "miss"
  | "vary-miss"
  | "stale"
  | "partial"
  | "request"
  | "method"
  | "bypass";

/** One decision on the way of a miss; a hit is told by its outcome alone. */
export interface Decision {
  readonly rule: "lookup" | "coalesce" | "origin" | "validation" | "storability" | "stale-if-error" | "invalidation";
  /** What it came to, in the words of the rule. */
  readonly result: string;
  /** Where the rule stands. */
  readonly source?: string;
}

/** Told of each exchange once it is over. */
export type ExchangeObserver = (exchange: Exchange) => void;

/** What every exchange of an engine shares. */
export interface ExchangeContext {
  readonly clock: Clock;
  readonly observer: ExchangeObserver | undefined;
}

const NO_DECISIONS: readonly Decision[] = [];

/**
 * The record of one request. `Cache-Status`, the access log and metrics are renderings of it, so that they can never
 * disagree. Steps write to it as they decide; it is complete when the response has been sent or has broken off.
 */
export class Exchange {
  readonly method: string;
  readonly url: string;
  readonly clientAddress: string;
  readonly startedAt: MonotonicMs;
  outcome: ExchangeOutcome = "miss";
  forwardReason: ForwardReason | undefined;
  /** Whether the answer came from a fetch that another request had started. */
  collapsed = false;
  /** How long it waited for fetches of others. */
  waited: Milliseconds = 0;
  /** Whether the response is in the store, or will be once it is complete. */
  stored = false;
  /** Seconds of freshness left; negative when stale. */
  ttl: Seconds | undefined;
  /** Primary key, where the client wants to be told. */
  key: string | undefined;
  origin: string | undefined;
  originStatus: number | undefined;
  /** A word on what was special, as `Cache-Status` has it. */
  detail: string | undefined;
  status = 0;
  bytesSent = 0;
  complete = false;
  duration: Milliseconds = 0;
  /** `Cache-Status` as sent. */
  cacheStatus = "";
  #decisions: Decision[] | undefined;
  readonly #clock: Clock;
  readonly #observer: ExchangeObserver | undefined;

  constructor(request: Request, peer: Pick<RequestPeer, "address">, { clock, observer }: ExchangeContext) {
    this.method = request.method;
    this.url = request.url;
    // Asking a listener for the address costs more than the rest of a record, so it is asked only for an observer.
    this.clientAddress = observer && peer.address ? peer.address : "";
    this.startedAt = clock.monotonic();
    this.#clock = clock;
    this.#observer = observer;
  }

  /** When it began, by the clock as it is set now. */
  get wallTime(): EpochMs {
    return this.#clock.wallTime() - (this.#clock.monotonic() - this.startedAt);
  }

  /** Whether anybody wants to know how the exchange ended. */
  get observed(): boolean {
    return this.#observer !== undefined;
  }

  /** Closes the record: the body has been sent, or has broken off. */
  finish(bytesSent: number, complete: boolean): void {
    if (this.#observer === undefined) return;
    this.bytesSent = bytesSent;
    this.complete = complete;
    this.duration = this.#clock.monotonic() - this.startedAt;
    this.#observer(this);
  }

  /** What was decided on the way, in order. */
  get decisions(): readonly Decision[] {
    return this.#decisions ?? NO_DECISIONS;
  }

  /** Adds a decision to the record. */
  decide(decision: Decision): void {
    (this.#decisions ??= []).push(decision);
  }
}
