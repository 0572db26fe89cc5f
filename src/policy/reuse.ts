import type { MonotonicMs } from "../time/clock.ts";
import { currentAge } from "./age.ts";
import type { StoredMetadata } from "./stored-metadata.ts";

/** How a stored response that a request selects may be used now. */
export type Reuse =
  /** Delivered without asking the origin (RFC 9111 §4.2). */
  | "fresh"
  /** Delivered, while it is refreshed behind the client's back (RFC 5861 §3). */
  | "stale-while-revalidate"
  /** Only after the origin has confirmed it (RFC 9111 §4.3), or when the origin fails. */
  | "validate"
  /** No window is open any more. */
  | "expired";

/** How `stored` may be used at `now` (RFC 9111 §4). */
export function reuse(stored: StoredMetadata, now: MonotonicMs): Reuse {
  if (stored.validateAlways) return "validate";
  const staleness = currentAge(stored, now) - stored.freshnessLifetime;
  if (staleness < 0) return "fresh";
  const { staleWhileRevalidate, staleIfError, keep } = stored.windows;
  if (staleness < staleWhileRevalidate) return "stale-while-revalidate";
  return staleness < Math.max(staleIfError, keep) ? "validate" : "expired";
}

/** Whether `stored` may stand in for an origin that fails (RFC 5861 §4). */
export function mayReplaceError(stored: StoredMetadata, now: MonotonicMs): boolean {
  if (stored.validateAlways) return false;
  const staleness = currentAge(stored, now) - stored.freshnessLifetime;
  return staleness < stored.windows.staleIfError;
}

/** Statuses of an origin in trouble, for which `stale-if-error` applies (RFC 5861 §4). */
export function isOriginTrouble(status: number): boolean {
  return status === 500 || status === 502 || status === 503 || status === 504;
}
