import type { CacheControl } from "../http/cache-control.ts";
import type { FreshnessLifetime } from "./freshness.ts";
import { areTooManyTags } from "./tags.ts";

/** Why a response is not stored. */
export type NotStoredReason =
  | "method"
  | "status"
  | "not-understood"
  | "no-store"
  | "private"
  | "authorization"
  | "set-cookie"
  | "vary-star"
  | "vary-too-large"
  | "too-many-tags"
  | "unknown-end"
  | "no-freshness"
  | "error-without-freshness"
  | "error-over-usable"
  | "too-large"
  | "no-room"
  | "hedge";

/** Where the rule behind each reason stands; the rule itself where it is ours. */
export const NOT_STORED_RULES: Readonly<Record<NotStoredReason, string>> = {
  "method": "RFC 9111 §3",
  "status": "RFC 9111 §3",
  "not-understood": "RFC 9111 §5.2.2.3",
  "no-store": "RFC 9111 §5.2.2.5",
  "private": "RFC 9111 §5.2.2.7",
  "authorization": "RFC 9111 §3.5",
  "set-cookie": "a cookie stored is a session shared",
  "vary-star": "RFC 9111 §4.1",
  "vary-too-large": "limit on Vary",
  "too-many-tags": "limit on tags",
  "unknown-end": "RFC 9112 §8",
  "no-freshness": "RFC 9111 §3",
  "error-without-freshness": "errors need explicit freshness",
  "error-over-usable": "an error never replaces a usable response",
  "hedge": "who gave up waiting does not store",
  "too-large": "maxObjectBytes",
  "no-room": "memory is short, or something newer has taken its place",
};

/** Whether a response may be stored, with the reason when it may not. */
export type Storability = { readonly store: true } | { readonly store: false; readonly reason: NotStoredReason };

/**
 * Whether what is stored must go because of what is said of it now, as when it has become private. That one client is
 * authorised says nothing about what is stored for the others.
 */
export function forbidsKeeping(verdict: Storability): boolean {
  return !verdict.store && verdict.reason !== "authorization";
}

/** What the decision rests on. */
export interface StorabilityFacts {
  readonly method: string;
  readonly status: number;
  /** Whether a 206 brings exactly the range asked for, under a strong validator (RFC 9111 §3.3). */
  readonly isExactPart: boolean;
  readonly control: CacheControl;
  readonly lifetime: FreshnessLifetime;
  readonly hasValidator: boolean;
  readonly hasAuthorization: boolean;
  readonly hasSetCookie: boolean;
  readonly vary: readonly string[] | "*";
  readonly tags: readonly string[];
  /** Whether the end of the body is known from its framing, not from the connection closing. */
  readonly knownEnd: boolean;
  /** Whether errors may be stored without explicit freshness, as RFC 9111 §4.2.2 allows for some. */
  readonly heuristicErrors: boolean;
}

/** Statuses that may be stored without explicit freshness (RFC 9110 §15.1). */
const HEURISTICALLY_CACHEABLE = new Set([200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501]);

/** Statuses whose caching requirements are met here: all of RFC 9110 §15 that are final. */
const UNDERSTOOD: ReadonlySet<number> = new Set([
  ...[200, 201, 202, 203, 204, 205, 206, 300, 301, 302, 303, 304, 305, 307, 308],
  ...[400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 426],
  ...[500, 501, 502, 503, 504, 505],
]);

const MAX_VARY_NAMES = 16;
const MAX_VARY_LENGTH = 4096;

const STORE: Storability = { store: true };

/** Whether a shared cache may store a response (RFC 9111 §3, §3.5), and whether storing it can ever be of use. */
export function storability(facts: StorabilityFacts): Storability {
  const reason = forbidden(facts) ?? useless(facts);
  return reason === undefined ? STORE : { store: false, reason };
}

function forbidden(facts: StorabilityFacts): NotStoredReason | undefined {
  const { control, status } = facts;
  if (facts.method !== "GET" && facts.method !== "QUERY") return "method";
  if (!isCacheableStatus(facts)) return "status";
  if (control.mustUnderstand && !UNDERSTOOD.has(status)) return "not-understood";
  if (control.noStore && !control.mustUnderstand) return "no-store"; // must-understand outweighs it (§5.2.2.3)
  if (control.isPrivate) return "private";
  if (facts.hasAuthorization && !sharedDespiteAuthorization(control)) return "authorization";
  if (facts.hasSetCookie) return "set-cookie"; // a cookie stored is a session shared
  if (facts.vary === "*") return "vary-star";
  if (facts.vary.length > MAX_VARY_NAMES || facts.vary.join().length > MAX_VARY_LENGTH) return "vary-too-large";
  if (areTooManyTags(facts.tags)) return "too-many-tags";
  if (!facts.knownEnd) return "unknown-end"; // a cut could not be told from an end (RFC 9112 §8)
  return undefined;
}

/** A 304, 412 or 416 answers the conditions of one request, and says nothing of what others would get. */
function isCacheableStatus({ status, isExactPart }: StorabilityFacts): boolean {
  if (status < 200 || status > 599 || status === 304 || status === 412 || status === 416) return false;
  return status !== 206 || isExactPart;
}

/** RFC 9111 §3.5: what makes the answer to an authorised request shareable. */
function sharedDespiteAuthorization(control: CacheControl): boolean {
  return control.isPublic || control.mustRevalidate || control.sMaxage !== undefined;
}

function useless(facts: StorabilityFacts): NotStoredReason | undefined {
  const { control, lifetime, status } = facts;
  const explicit = isExplicit(lifetime);
  const unsaid = status >= 400 && !explicit;
  if (unsaid && !facts.heuristicErrors) return "error-without-freshness";
  if (!explicit && !mayGuessFreshness(status, control)) return "no-freshness";
  return facts.hasValidator || isReusedUnconfirmed(facts) ? undefined : "no-freshness";
}

/** Whether it can ever be used without being confirmed: while it is fresh, or stale where nothing forbids that. */
function isReusedUnconfirmed({ control, lifetime }: StorabilityFacts): boolean {
  if (forbidsStale(control)) return lifetime.seconds > 0 && !control.noCache;
  return lifetime.seconds > 0 || (control.staleWhileRevalidate ?? 0) > 0 || (control.staleIfError ?? 0) > 0;
}

/** Whether a lifetime was said, and not guessed or left open. */
function isExplicit({ source }: FreshnessLifetime): boolean {
  return source !== "none" && source !== "heuristic";
}

/** Whether RFC 9111 §3 lets a response without explicit freshness be stored at all. */
export function mayGuessFreshness(status: number, control: CacheControl): boolean {
  return HEURISTICALLY_CACHEABLE.has(status) || control.isPublic;
}

/**
 * Whether a response may be shared with those who waited for it even if it was stale when it arrived: it says itself
 * how long it is fresh, and nothing forbids its use when stale (RFC 9111 §4, §4.2.4).
 *
 * @param shareNoCache Whether having waited for it counts as the validation that `no-cache` asks for (§5.2.2.4).
 */
export function mayShareOnce(lifetime: FreshnessLifetime, control: CacheControl, shareNoCache: boolean): boolean {
  if (control.noCache) return shareNoCache;
  return isExplicit(lifetime) && !forbidsStale(control);
}

/** Whether a shared cache may never use the response once it is stale (RFC 9111 §4.2.4, §5.2.2.2, §5.2.2.8, §5.2.2.10). */
export function forbidsStale(control: CacheControl): boolean {
  return control.mustRevalidate || control.proxyRevalidate || control.sMaxage !== undefined || control.noCache;
}
