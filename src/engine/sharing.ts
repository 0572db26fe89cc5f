/**
 * Verify to share: whether a request gets what somebody else's fetch brings. Whatever was predicted, this is decided
 * at the response headers, by the rule that a hit in the store has to pass, on the waiting request itself. Every place
 * where an answer is shared asks here.
 */
import { NO_DIRECTIVES } from "../http/request-directives.ts";
import type { Purges } from "../invalidation/purges.ts";
import { resolveRangeSpec } from "../http/byte-range.ts";
import { holdsWhatIsAsked } from "../policy/partial.ts";
import { reuse } from "../policy/reuse.ts";
import { selects } from "../policy/vary.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import { isValid } from "../storage/validity.ts";
import type { Clock } from "../time/clock.ts";
import type { CacheRequest } from "./cache-request.ts";
import type { CoalescingRules } from "./coalescing-rules.ts";
import type { Flight, Representation } from "./flight.ts";

/** What the rules of sharing look at. */
export interface SharingPorts {
  readonly clock: Clock;
  readonly purges: Purges;
  readonly coalescing: CoalescingRules;
}

/** What tells visitors apart. A page that is made anew each time is often made for one. */
const CREDENTIALS: readonly string[] = ["authorization", "cookie"];

/** Whether a request field says who sends it. */
export function isCredential(name: string): boolean {
  return CREDENTIALS.includes(name);
}

/** Whether a request says who sends it. */
export function hasCredentials(request: CacheRequest): boolean {
  return CREDENTIALS.some((name) => request.header(name) !== null);
}

/** Whether two requests come from the same visitor, as far as they say. */
export function haveSameCredentials(a: CacheRequest, b: CacheRequest): boolean {
  return CREDENTIALS.every((name) => a.header(name) === b.header(name));
}

/** Whether a response that is being received may answer a request, now and as if it were stored already. */
export function mayShare(head: Representation, request: CacheRequest, ports: SharingPorts): boolean {
  return suits(head, request, ports) &&
    reuse(head.stored, ports.clock.monotonic(), request.directives) === "fresh";
}

/**
 * Whether one who waited for the headers may have what `mayShare()` refuses: what was stale already when it arrived may
 * still be used, this once (RFC 9111 §4), if it says so itself, and this client has no wishes and brings the same
 * credentials as the one it was made for, unless it is the same for everybody.
 */
export function mayShareOnce(flight: Flight, head: Representation, sharer: Sharer): boolean {
  const { request, ports } = sharer;
  if (!head.sharedOnce || request.directives !== NO_DIRECTIVES || !suits(head, request, ports)) return false;
  if (head.stored.staleSince < Infinity) return false; // those who came after the purge want it confirmed
  return flight.departure.route.isPublic || haveSameCredentials(flight.leader, request);
}

/** One who would like to share. */
export interface Sharer {
  readonly request: CacheRequest;
  readonly ports: SharingPorts;
}

function suits({ shareable, stored }: Representation, request: CacheRequest, ports: SharingPorts): boolean {
  return shareable && selects(stored, request) && holdsWhatIsAsked(stored, request) &&
    isWithinReach(stored, request, ports) && isValid(stored, ports.purges);
}

/** Whether what a request wants of a body can still be read from it, and begins no further on than it will soon be. */
function isWithinReach({ body, part }: StoredResponse, request: CacheRequest, { coalescing }: SharingPorts): boolean {
  if (body.sealed !== undefined) return true;
  if (part !== undefined) return body.joinable;
  const { range } = request;
  if (range === undefined || body.length === undefined) return body.joinable;
  const wanted = resolveRangeSpec(range, body.length);
  return wanted === undefined ? body.joinable : body.retained && body.isNear(wanted.first, coalescing.lookAhead);
}
