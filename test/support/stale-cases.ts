/** The cases of docs/stale.md: what a stored response says, when it is asked for, and what the origin does then. */
import type { Seconds } from "../../src/time/clock.ts";

/** What becomes of a request, in one word. */
export const USES = [
  "hit",
  "stale+refresh",
  "confirmed",
  "new",
  "stale-if-error",
  "passed",
  "cut",
  "502",
  "504",
] as const;

export type Use = typeof USES[number];

/** What the words mean, and whether the client is answered only after the origin has been asked. */
export const USE_MEANINGS: Readonly<Record<Use, { readonly meaning: string; readonly waits: boolean }>> = {
  "hit": { meaning: "what is stored; the origin is not asked", waits: false },
  "stale+refresh": { meaning: "what is stored, stale; the origin is asked meanwhile", waits: false },
  "confirmed": { meaning: "what is stored; the origin has answered 304", waits: true },
  "new": { meaning: "a new response of the origin", waits: true },
  "stale-if-error": { meaning: "what is stored; the origin has failed", waits: true },
  "passed": { meaning: "the error of the origin, as it came", waits: true },
  "cut": { meaning: "a new response, broken off where the origin broke off", waits: true },
  "502": { meaning: "502 Bad Gateway, of the cache's own", waits: true },
  "504": { meaning: "504 Gateway Timeout, of the cache's own", waits: true },
};

/** Seconds that every response of the cases is fresh for, and that its windows stay open after that. */
export const LIFETIME: Seconds = 10;
export const REVALIDATE_WINDOW: Seconds = 20;
export const ERROR_WINDOW: Seconds = 60;
export const KEEP_WINDOW: Seconds = 600;

/** How a response says that it is fresh, and what else it says of its reuse. */
export const BASES = [
  "max-age=10",
  "max-age=10, must-revalidate",
  "max-age=10, proxy-revalidate",
  "s-maxage=10",
  "max-age=10, no-cache",
  "max-age=10, immutable",
] as const;

export type Base = typeof BASES[number];

/** Lengths of the two windows of stale use; absent where nothing is said. */
export interface StaleLimits {
  readonly staleWhileRevalidate?: Seconds;
  readonly staleIfError?: Seconds;
}

/** Who says how long a response may be used stale: the response, or the configuration. */
export interface WindowSource {
  readonly name: string;
  readonly said: StaleLimits;
  readonly configured: StaleLimits;
}

const BOTH: StaleLimits = { staleWhileRevalidate: REVALIDATE_WINDOW, staleIfError: ERROR_WINDOW };
const REVALIDATE: StaleLimits = { staleWhileRevalidate: REVALIDATE_WINDOW };
const ERROR: StaleLimits = { staleIfError: ERROR_WINDOW };
const CLOSED: StaleLimits = { staleWhileRevalidate: 0, staleIfError: 0 };

export const WINDOW_SOURCES: readonly WindowSource[] = [
  { name: "nothing", said: {}, configured: {} },
  { name: "`stale-while-revalidate=20`", said: REVALIDATE, configured: {} },
  { name: "`stale-if-error=60`", said: ERROR, configured: {} },
  { name: "both", said: BOTH, configured: {} },
  { name: "nothing; configured: `staleWhileRevalidate: 20`", said: {}, configured: REVALIDATE },
  { name: "nothing; configured: `staleIfError: 60`", said: {}, configured: ERROR },
  { name: "nothing; configured: both", said: {}, configured: BOTH },
  { name: "`stale-while-revalidate=20`; configured: `staleIfError: 60`", said: REVALIDATE, configured: ERROR },
  { name: "both, each `=0`; configured: both", said: CLOSED, configured: BOTH },
];

/** A stored response, as far as stale use goes. */
export interface StaleCase {
  readonly base: Base;
  readonly windows: WindowSource;
}

export const STALE_CASES: readonly StaleCase[] = WINDOW_SOURCES.flatMap((windows) =>
  BASES.map((base) => ({ base, windows }))
);

/** `Cache-Control` of the stored response. */
export function cacheControlOf({ base, windows: { said } }: StaleCase): string {
  const members: string[] = [base];
  if (said.staleWhileRevalidate !== undefined) members.push(`stale-while-revalidate=${said.staleWhileRevalidate}`);
  if (said.staleIfError !== undefined) members.push(`stale-if-error=${said.staleIfError}`);
  return members.join(", ");
}

/** When the response is asked for again. */
export interface Moment {
  readonly name: string;
  readonly age: Seconds;
}

export const MOMENTS: readonly Moment[] = [
  { name: "fresh", age: 5 },
  { name: "stale-while-revalidate", age: 15 },
  { name: "stale-if-error", age: 45 },
  { name: "keep", age: 120 },
  { name: "after all", age: 700 },
];

/** What the origin does when it is asked again. */
export const ORIGIN_STATES = [
  "200",
  "200, slow",
  "304",
  "404",
  "500",
  "502",
  "503",
  "504",
  "refused",
  "reset",
  "no first byte",
  "cut short",
] as const;

export type OriginState = typeof ORIGIN_STATES[number];

/** What a client asks of caches. */
export const REQUEST_WISHES = [
  "",
  "max-age=0",
  "max-age=3",
  "max-age=60",
  "min-fresh=3",
  "min-fresh=60",
  "max-stale",
  "max-stale=2",
  "max-stale=100",
  "max-age=60, max-stale",
  "no-cache",
  "no-store",
  "only-if-cached",
  "stale-if-error=60",
  "no-cache, stale-if-error=60",
] as const;

export type RequestWish = typeof REQUEST_WISHES[number];

/** What is stored when a client with wishes asks. */
export interface StoredState {
  readonly name: string;
  /** `undefined` when nothing is stored. */
  readonly cacheControl: string | undefined;
  readonly age: Seconds;
}

export const STORED_STATES: readonly StoredState[] = [
  { name: "fresh", cacheControl: "max-age=10", age: 5 },
  { name: "fresh, immutable", cacheControl: "max-age=10, immutable", age: 5 },
  { name: "stale-while-revalidate", cacheControl: "max-age=10, stale-while-revalidate=20", age: 15 },
  { name: "stale", cacheControl: "max-age=10", age: 15 },
  { name: "stale, must-revalidate", cacheControl: "max-age=10, must-revalidate", age: 15 },
  { name: "nothing stored", cacheControl: undefined, age: 15 },
];

/** Whether the origin confirms what it is asked to and sends the rest anew, or cannot be reached. */
export type Reachability = "up" | "down";
