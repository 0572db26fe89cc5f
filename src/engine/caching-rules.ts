import type { Seconds } from "../time/clock.ts";
import type { Tagging } from "./tagging.ts";

/** What policy adds where a response leaves freshness open. All in seconds. */
export interface FreshnessDefaults {
  /** Whether a lifetime may be guessed from `Last-Modified` (RFC 9111 §4.2.2). */
  readonly heuristic: boolean;
  readonly heuristicMax: Seconds;
  /** Whether that goes for 404, 405, 410, 414 and 501 too, and errors may be stored that say nothing of freshness. */
  readonly heuristicErrors: boolean;
  readonly staleWhileRevalidate: Seconds;
  readonly staleIfError: Seconds;
  /** How long a stale response is kept only to be validated. */
  readonly keep: Seconds;
  /** Longest lifetime of a stored error, 404 and 410 apart. */
  readonly errorMax: Seconds;
}

/** What is done with responses that set cookies. */
export type SetCookieRule =
  /** They are not stored. */
  | "pass"
  /** They are stored without the cookies, which only the client gets that caused the fetch. */
  | "strip";

/** The rules of one engine for what it stores and delivers. */
export interface CachingRules {
  readonly freshness: FreshnessDefaults;
  readonly setCookie: SetCookieRule;
  /** Whether those who waited share a response with `no-cache`. */
  readonly shareNoCache: boolean;
  /** Whether a response in the one language that a client wants above all is selected by that (RFC 9111 §4.1). */
  readonly byContentLanguage: boolean;
  /** Lower-case names of the fields that govern instead of `Cache-Control`, in order of precedence (RFC 9213). */
  readonly targets: readonly string[];
  readonly tagging: Tagging;
  /** Lower-case names of fields that are not sent on to clients. */
  readonly hidden: ReadonlySet<string>;
  /** Statuses for which `stale-if-error` applies (RFC 5861 §4). */
  readonly errorStatuses: ReadonlySet<number>;
  /** Largest content of a QUERY that is read in order to key it, in bytes (RFC 10008). */
  readonly maxQueryBytes: number;
}
