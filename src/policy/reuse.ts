import { NO_DIRECTIVES, type RequestDirectives } from "../http/request-directives.ts";
import type { MonotonicMs, Seconds } from "../time/clock.ts";
import { currentAge } from "./age.ts";
import type { StoredMetadata } from "./stored-metadata.ts";

/** How a stored response that a request selects may be used now. */
export type Reuse =
  /** Delivered without asking the origin (RFC 9111 §4.2). */
  | "fresh"
  /** Delivered stale without asking the origin, because the client accepts that (RFC 9111 §5.2.1.2). */
  | "max-stale"
  /** Delivered, while it is refreshed behind the client's back (RFC 5861 §3). */
  | "stale-while-revalidate"
  /** Only after the origin has confirmed it (RFC 9111 §4.3), or when the origin fails. */
  | "validate"
  /** As `validate`, but because the client wants it confirmed, or fresher than it is (RFC 9111 §5.2.1). */
  | "validate-on-request"
  /** No window is open any more. */
  | "expired";

/** How `stored` may be used at `now` (RFC 9111 §4), by a client with these wishes. */
export function reuse(stored: StoredMetadata, now: MonotonicMs, wishes: RequestDirectives = NO_DIRECTIVES): Reuse {
  const age = currentAge(stored, now);
  const staleness = stalenessAt(stored, age, now);
  const { staleWhileRevalidate, staleIfError, keep } = stored.windows;
  const lastUse = staleness < Math.max(staleIfError, keep) ? "validate" : "expired";
  if (stored.validateAlways) return lastUse;
  if (staleness < 0) return isWelcome(stored, age, wishes) ? "fresh" : "validate-on-request";
  const wish = staleWish(age, staleness, wishes);
  if (staleness < staleWhileRevalidate) return wish === "refused" ? "validate-on-request" : "stale-while-revalidate";
  return wish === "accepted" && !stored.neverStale ? "max-stale" : lastUse;
}

/**
 * For how long a response has been stale, in seconds; negative while it is fresh (RFC 9111 §4.2). A soft purge ends its
 * freshness, and never makes it longer.
 */
function stalenessAt(stored: StoredMetadata, age: Seconds, now: MonotonicMs): Seconds {
  return Math.max(age - stored.freshnessLifetime, (now - stored.staleSince) / 1000);
}

/** Whether a fresh response is as fresh as the client wants it. */
function isWelcome(stored: StoredMetadata, age: Seconds, wishes: RequestDirectives): boolean {
  if (wishes === NO_DIRECTIVES) return true;
  const { noCache, maxAge = Infinity, minFresh = 0 } = wishes;
  if (noCache || stored.freshnessLifetime - age < minFresh) return false;
  return age <= maxAge || stored.immutable;
}

/**
 * What the client says of a response that is stale: one that names an age or asks for validation does not want it,
 * unless `max-stale` says so, and then up to there (RFC 9111 §5.2.1).
 */
function staleWish(age: Seconds, staleness: Seconds, wishes: RequestDirectives): "accepted" | "refused" | "unsaid" {
  const { noCache, maxAge, minFresh, maxStale } = wishes;
  if (noCache || minFresh !== undefined) return "refused";
  if (maxStale === undefined) return maxAge === undefined ? "unsaid" : "refused";
  const isWithin = staleness <= maxStale && age <= (maxAge ?? Infinity);
  return isWithin ? "accepted" : "refused";
}

/**
 * Whether `stored` may stand in for an origin that fails (RFC 5861 §4): inside the window of the response or of the
 * request, whichever is longer, unless the response forbids stale use or the client any use without validation.
 */
export function mayReplaceError(
  stored: StoredMetadata,
  now: MonotonicMs,
  wishes: RequestDirectives = NO_DIRECTIVES,
): boolean {
  if (stored.validateAlways || (wishes.noCache && wishes.staleIfError === undefined)) return false;
  const staleness = stalenessAt(stored, currentAge(stored, now), now);
  if (stored.neverStale) return staleness < 0;
  return staleness < Math.max(stored.windows.staleIfError, wishes.staleIfError ?? 0);
}

/** Statuses of an origin in trouble, for which `stale-if-error` applies unless configured otherwise (RFC 5861 §4). */
export const ORIGIN_TROUBLE: readonly number[] = [500, 502, 503, 504];
