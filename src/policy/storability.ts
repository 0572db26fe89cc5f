import type { CacheControl } from "../http/cache-control.ts";
import type { FreshnessLifetime } from "./freshness.ts";

/** Why a response is not stored. */
export type NotStoredReason =
  | "method"
  | "status"
  | "no-store"
  | "private"
  | "authorization"
  | "set-cookie"
  | "vary-star"
  | "vary-too-large"
  | "unknown-end"
  | "no-freshness"
  | "error-without-freshness"
  | "error-over-usable"
  | "too-large";

/** Where the rule behind each reason stands; the rule itself where it is ours. */
export const NOT_STORED_RULES: Readonly<Record<NotStoredReason, string>> = {
  "method": "RFC 9111 §3",
  "status": "RFC 9111 §3",
  "no-store": "RFC 9111 §5.2.2.5",
  "private": "RFC 9111 §5.2.2.7",
  "authorization": "RFC 9111 §3.5",
  "set-cookie": "a cookie stored is a session shared",
  "vary-star": "RFC 9111 §4.1",
  "vary-too-large": "limit on Vary",
  "unknown-end": "RFC 9112 §8",
  "no-freshness": "RFC 9111 §3",
  "error-without-freshness": "errors need explicit freshness",
  "error-over-usable": "an error never replaces a usable response",
  "too-large": "maxObjectBytes",
};

/** Whether a response may be stored, with the reason when it may not. */
export type Storability = { readonly store: true } | { readonly store: false; readonly reason: NotStoredReason };

/** What the decision rests on. */
export interface StorabilityFacts {
  readonly method: string;
  readonly status: number;
  readonly control: CacheControl;
  readonly lifetime: FreshnessLifetime;
  readonly hasValidator: boolean;
  readonly hasAuthorization: boolean;
  readonly hasSetCookie: boolean;
  readonly vary: readonly string[] | "*";
  /** Whether the end of the body is known from its framing, not from the connection closing. */
  readonly knownEnd: boolean;
}

/** Statuses that may be stored without explicit freshness (RFC 9110 §15.1), less 206, which is no whole response. */
const HEURISTICALLY_CACHEABLE = new Set([200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501]);

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
  if (facts.method !== "GET") return "method";
  if (status < 200 || status > 599 || status === 206 || status === 304) return "status";
  if (control.noStore) return "no-store";
  if (control.isPrivate) return "private";
  if (facts.hasAuthorization && !sharedDespiteAuthorization(control)) return "authorization";
  if (facts.hasSetCookie) return "set-cookie"; // a cookie stored is a session shared
  if (facts.vary === "*") return "vary-star";
  if (facts.vary.length > MAX_VARY_NAMES || facts.vary.join().length > MAX_VARY_LENGTH) return "vary-too-large";
  if (!facts.knownEnd) return "unknown-end"; // a cut could not be told from an end (RFC 9112 §8)
  return undefined;
}

/** RFC 9111 §3.5: what makes the answer to an authorised request shareable. */
function sharedDespiteAuthorization(control: CacheControl): boolean {
  return control.isPublic || control.mustRevalidate || control.sMaxage !== undefined;
}

function useless(facts: StorabilityFacts): NotStoredReason | undefined {
  const { control, lifetime, status } = facts;
  const explicit = lifetime.source !== "none" && lifetime.source !== "heuristic";
  if (status >= 400 && !explicit) return "error-without-freshness";
  if (!explicit && !mayGuessFreshness(status, control)) return "no-freshness";
  const reusedAsItIs = lifetime.seconds > 0 ||
    (control.staleWhileRevalidate ?? 0) > 0 || (control.staleIfError ?? 0) > 0;
  // `no-cache` without a validator could never be confirmed, and so never be used.
  return facts.hasValidator || (reusedAsItIs && !control.noCache) ? undefined : "no-freshness";
}

/** Whether RFC 9111 §3 lets a response without explicit freshness be stored at all. */
export function mayGuessFreshness(status: number, control: CacheControl): boolean {
  return HEURISTICALLY_CACHEABLE.has(status) || control.isPublic;
}
