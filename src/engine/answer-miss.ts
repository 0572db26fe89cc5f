/** What a client is told of a fetch: the response it brought, a stale one that stands in, or that there is none. */
import type { FieldLines } from "../http/field-lines.ts";
import { isIncremental } from "../http/incremental.ts";
import { discard } from "../origin/discard.ts";
import type { OriginClient } from "../origin/origin-client.ts";
import { OriginError } from "../origin/origin-error.ts";
import { mayReplaceError } from "../policy/reuse.ts";
import { NOT_STORED_RULES, type NotStoredReason } from "../policy/storability.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import { isValid } from "../storage/validity.ts";
import { deliver } from "./deliver.ts";
import {
  deliverAbandoned,
  deliverAnswer,
  deliverFailure,
  deliverTrouble,
  deliverUnvalidated,
} from "./deliver-answer.ts";
import { canServeRange } from "./deliver-ranges.ts";
import type { Exchange } from "./exchange.ts";
import type { Flight, Representation, Unshareable } from "./flight.ts";
import type { Miss } from "./lookup.ts";
import type { CacheRequest } from "./cache-request.ts";
import { type Errand, pass, type PassPorts } from "./pass.ts";

/** A request on its way to an answer that the store did not have. */
export interface Quest extends Errand {
  readonly found: Miss;
  readonly request: CacheRequest;
  /** How often it has waited in vain. */
  readonly waits: number;
}

/** A body up to this size is received whole before it is sent where a stale response could still stand in for it. */
const SAFETY_BUFFER_BYTES = 64 * 1024;

/** Answers requests once it is known what their fetch has come to. */
export class MissAnswers {
  readonly #ports: PassPorts;

  constructor(ports: PassPorts) {
    this.#ports = ports;
  }

  /** From what a fetch brings, or has confirmed. */
  fromRepresentation(head: Representation, flight: Flight, quest: Quest): Response | Promise<Response> {
    const { exchange, request, origin } = quest;
    const { stored, notKept } = head;
    exchange.origin = head.origin;
    exchange.originStatus = head.status;
    exchange.stored = notKept === undefined;
    if (head.status === 304) exchange.decide({ rule: "validation", result: "confirmed", source: "RFC 9111 §4.3.4" });
    if (notKept !== undefined) noteNotStored(exchange, notKept);
    else if (head.status !== 304) exchange.decide({ rule: "storability", result: "stored", source: "RFC 9111 §3" });
    const isRanged = wantsRange(request, origin) && stored.status === 200;
    if (isRanged && !canServeRange(stored) && !wasAskedForRange(flight)) {
      stored.body.leaveUnread();
      return this.fromOriginAlone(quest);
    }
    if (this.#isWorthAwaiting(stored, quest)) return this.#onceWhole(head, quest);
    return this.#deliver(stored, quest, head.withheld);
  }

  /** From what is stored. */
  fromStore(stored: StoredResponse, quest: Quest): Response {
    quest.exchange.stored = true;
    this.#ports.store.touch(stored);
    return this.#deliver(stored, quest);
  }

  /** From a response that is for this client only, unless it is an error for which a stale one may stand in. */
  fromUnshareable(head: Unshareable, flight: Flight, quest: Quest): Response | Promise<Response> {
    const { exchange, request, origin } = quest;
    const { response } = head.answer;
    exchange.origin = response.origin;
    exchange.originStatus = response.status;
    noteNotStored(exchange, head.reason);
    const standIn = this.insteadOf(response.status, quest);
    if (standIn !== undefined) {
      discard(response);
      return standIn;
    }
    if (wantsRange(request, origin) && response.status === 200 && !wasAskedForRange(flight)) {
      discard(response);
      return this.fromOriginAlone(quest);
    }
    if (response.status === 206 && request.header("range") === null) {
      discard(response); // nobody could tell it from the whole (RFC 9110 §15.3.7)
      return deliverFailure(new OriginError(response.origin, "malformed-response"), exchange);
    }
    return deliverAnswer(head.answer, exchange, this.#ports.style.hidden);
  }

  /** The origin failed: a stale response stands in if it may (RFC 5861 §4), else the client is told. */
  fromFailure(error: OriginError, quest: Quest): Response {
    const { exchange, found } = quest;
    exchange.origin = error.origin;
    exchange.decide({ rule: "origin", result: error.failure });
    const standIn = this.standIn(quest);
    if (standIn !== undefined) return standIn;
    return found.validated?.neverStale ? deliverUnvalidated(error, exchange) : deliverFailure(error, exchange);
  }

  /** The origin is in trouble, as it has told somebody else for all who waited: the same, in our own words. */
  fromTrouble({ status, origin }: { readonly status: number; readonly origin: string }, quest: Quest): Response {
    const { exchange } = quest;
    exchange.origin = origin;
    exchange.originStatus = status;
    exchange.collapsed = true;
    return this.insteadOf(status, quest) ?? deliverTrouble(status, exchange);
  }

  /** For a client that has gone, which nobody will see. */
  abandoned({ exchange }: Quest): Response {
    return deliverAbandoned(exchange);
  }

  /** From a request of its own, which neither shares nor stores. A stale response stands in all the same. */
  fromOriginAlone(quest: Quest): Promise<Response> {
    const { found, request } = quest;
    const insteadOf = (status: number) => this.insteadOf(status, quest);
    const afterFailure = (error: OriginError) => this.fromFailure(error, quest);
    return pass(found.reason, request, { ...quest, insteadOf, afterFailure }, this.#ports);
  }

  /** The stale response that may be used in place of an answer with this status (RFC 5861 §4), delivered. */
  insteadOf(status: number, quest: Quest): Response | undefined {
    return this.#ports.caching.errorStatuses.has(status) ? this.standIn(quest) : undefined;
  }

  /** The stale response that may be used when the origin fails (RFC 5861 §4), delivered. */
  standIn(quest: Quest): Response | undefined {
    const { found: { validated }, exchange } = quest;
    if (validated === undefined || !this.hasStandIn(quest)) return undefined;
    exchange.outcome = "stale";
    exchange.detail = "stale-if-error";
    exchange.decide({ rule: "stale-if-error", result: "delivered", source: "RFC 5861 §4" });
    exchange.stored = false; // that speaks of the response that was forwarded (RFC 9211 §2.5)
    this.#ports.store.touch(validated);
    return this.#deliver(validated, quest);
  }

  /** Whether there is a stale response that may be used when the origin fails. */
  hasStandIn({ found: { validated }, request }: Quest): boolean {
    return validated !== undefined && this.#mayStandIn(validated, request);
  }

  /** Whether a body is small enough to be waited for, while there is something to send in its place should it break. */
  #isWorthAwaiting(stored: StoredResponse, quest: Quest): boolean {
    const { sealed, retained, joinable, length } = stored.body;
    if (sealed !== undefined || length === undefined || length > SAFETY_BUFFER_BYTES) return false;
    if (joinable && !retained) return false; // others who read it would take it away meanwhile
    return this.hasStandIn(quest) && !isIncremental(stored.fields); // that is to be sent on as it comes (RFC 10036)
  }

  async #onceWhole({ stored, withheld }: Representation, quest: Quest): Promise<Response> {
    const waive = stored.body.claim(); // nobody reads it yet
    const isBroken = await stored.body.done === "failed";
    const answer = (isBroken ? this.standIn(quest) : undefined) ?? this.#deliver(stored, quest, withheld);
    waive();
    return answer;
  }

  /** What was invalidated while the origin was asked, by its URI or by a group, does not come back to life. */
  #mayStandIn(validated: StoredResponse, { directives }: CacheRequest): boolean {
    const { store, purges, clock } = this.#ports;
    if (!isValid(validated, purges) || store.get(validated.key)?.includes(validated) !== true) return false;
    return mayReplaceError(validated, clock.monotonic(), directives);
  }

  #deliver(stored: StoredResponse, { request, exchange }: Quest, withheld?: FieldLines): Response {
    const { clock, style } = this.#ports;
    return deliver({ stored, request, exchange, now: clock.monotonic(), style, ...(withheld && { withheld }) });
  }
}

function noteNotStored(exchange: Exchange, reason: NotStoredReason): void {
  exchange.detail = reason;
  exchange.decide({ rule: "storability", result: reason, source: NOT_STORED_RULES[reason] });
}

/** Whether the origin is better asked again, for the ranges alone, than made to send all of it. */
function wantsRange(request: CacheRequest, origin: OriginClient): boolean {
  return request.method === "GET" && request.header("range") !== null && !origin.once;
}

/** Whether the origin knew of the range, and so did not want to send it alone. */
function wasAskedForRange({ purpose }: Flight): boolean {
  return purpose.range !== undefined;
}
