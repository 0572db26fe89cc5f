import type { Seconds } from "../time/clock.ts";
import { type Directive, parseDeltaSeconds, readDirectives } from "./cache-control.ts";
import { remembered } from "./remembered.ts";

/** What a client asks of the caches on its way (RFC 9111 §5.2.1, RFC 5861 §4). What it does not ask for is absent. */
export interface RequestDirectives {
  readonly noCache: boolean;
  readonly noStore: boolean;
  readonly onlyIfCached: boolean;
  /** Greatest age wanted. */
  readonly maxAge: Seconds | undefined;
  /** Freshness that must be left. */
  readonly minFresh: Seconds | undefined;
  /** Staleness that is accepted; `Infinity` for any. */
  readonly maxStale: Seconds | undefined;
  /** Staleness that is accepted when the origin fails. */
  readonly staleIfError: Seconds | undefined;
}

/** The directives of a request that has none. */
export const NO_DIRECTIVES: RequestDirectives = {
  noCache: false,
  noStore: false,
  onlyIfCached: false,
  maxAge: undefined,
  minFresh: undefined,
  maxStale: undefined,
  staleIfError: undefined,
};

const MAX_KNOWN_VALUES = 256;

/**
 * Reads the directives of a request. `Pragma: no-cache` counts as `no-cache` where there is no `Cache-Control`
 * (RFC 9111 §5.4). Never throws: an argument that cannot be read counts as the strictest one.
 */
export function parseRequestDirectives(cacheControl: string | null, pragma: string | null): RequestDirectives {
  if (cacheControl !== null) return readRequestDirectives(cacheControl);
  if (pragma === null) return NO_DIRECTIVES;
  const noCache = readDirectives(pragma).some(({ name }) => name === "no-cache");
  return noCache ? { ...NO_DIRECTIVES, noCache } : NO_DIRECTIVES;
}

const readRequestDirectives = remembered(MAX_KNOWN_VALUES, (value): RequestDirectives => {
  const directives = readDirectives(value);
  const has = (name: string) => directives.some((directive) => directive.name === name);
  return {
    noCache: has("no-cache"),
    noStore: has("no-store"),
    onlyIfCached: has("only-if-cached"),
    maxAge: least(directives, "max-age", 0),
    minFresh: most(directives, "min-fresh"),
    maxStale: least(directives, "max-stale", Infinity),
    staleIfError: least(directives, "stale-if-error", 0),
  };
});

/** The least of the values given: fewer seconds are the stricter wish. `alone` is what the bare name means. */
function least(directives: readonly Directive[], wanted: string, alone: Seconds): Seconds | undefined {
  const values = directives.filter(({ name }) => name === wanted)
    .map(({ argument }) => argument === undefined ? alone : parseDeltaSeconds(argument.text) ?? 0);
  return values.length === 0 ? undefined : Math.min(...values);
}

/** The most of the values given: more freshness left is the stricter wish. What cannot be read can never be met. */
function most(directives: readonly Directive[], wanted: string): Seconds | undefined {
  const values = directives.filter(({ name }) => name === wanted)
    .map(({ argument }) => parseDeltaSeconds(argument?.text) ?? Infinity);
  return values.length === 0 ? undefined : Math.max(...values);
}
