import type { CacheControl } from "../http/cache-control.ts";
import { parseHttpDate } from "../http/http-date.ts";
import type { EpochMs, Seconds } from "../time/clock.ts";

/** Where a freshness lifetime comes from. */
export type FreshnessSource = "s-maxage" | "max-age" | "expires" | "heuristic" | "none";

/** How long a response stays fresh, and who says so. */
export interface FreshnessLifetime {
  readonly seconds: Seconds;
  readonly source: FreshnessSource;
}

/** What a response says about how long it stays fresh. */
export interface FreshnessFacts {
  readonly control: CacheControl;
  readonly expires: string | undefined;
  readonly date: EpochMs;
  readonly lastModified: EpochMs | undefined;
  /** Whether a lifetime may be guessed for this exchange. */
  readonly heuristicAllowed: boolean;
  readonly heuristicMax: Seconds;
}

/**
 * How long a response stays fresh in a shared cache (RFC 9111 §4.2.1): `s-maxage`, else `max-age`, else `Expires`,
 * else a tenth of the time since it was last modified (§4.2.2). An `Expires` that is no date means already expired.
 */
export function freshnessLifetime(facts: FreshnessFacts): FreshnessLifetime {
  const { sMaxage, maxAge } = facts.control;
  if (sMaxage !== undefined) return { seconds: sMaxage, source: "s-maxage" };
  if (maxAge !== undefined) return { seconds: maxAge, source: "max-age" };
  if (facts.expires !== undefined) return { seconds: expiresLifetime(facts.expires, facts.date), source: "expires" };
  if (facts.heuristicAllowed && facts.lastModified !== undefined) {
    const sinceModified = Math.max(0, (facts.date - facts.lastModified) / 1000);
    return { seconds: Math.min(sinceModified / 10, facts.heuristicMax), source: "heuristic" };
  }
  return { seconds: 0, source: "none" };
}

function expiresLifetime(expires: string, date: EpochMs): Seconds {
  const time = parseHttpDate(expires, date);
  return time === undefined ? 0 : Math.max(0, (time - date) / 1000);
}
