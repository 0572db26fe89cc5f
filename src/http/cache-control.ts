import type { Seconds } from "../time/clock.ts";
import { hasOpenQuote, listMembers, trimWhitespace } from "./field-list.ts";

/**
 * The directives of a `Cache-Control` field that Lacquer acts on (RFC 9111 §5.2, RFC 5861, RFC 8246).
 * A directive that is absent is `false` or `undefined`. Where one is repeated, the most restrictive value counts.
 */
export interface CacheControl {
  noStore: boolean;
  /** Also set by the form with field names, which §5.2.2.4 allows to be treated like the plain one. */
  noCache: boolean;
  /** Also set by the form with field names, as §5.2.2.7 allows. */
  isPrivate: boolean;
  isPublic: boolean;
  mustRevalidate: boolean;
  proxyRevalidate: boolean;
  maxAge: Seconds | undefined;
  sMaxage: Seconds | undefined;
  staleWhileRevalidate: Seconds | undefined;
  staleIfError: Seconds | undefined;
}

/** Longest lifetime kept: what RFC 9111 §1.2.2 asks of values too large to represent. */
const MAX_DELTA_SECONDS = 2 ** 31;

/**
 * Reads a combined `Cache-Control` value. Never throws: what is malformed is skipped, except that a lifetime
 * which cannot be read counts as 0, so that broken freshness information means stale (RFC 9111 §4.2.1).
 */
export function parseCacheControl(value: string | undefined): CacheControl {
  const control = emptyCacheControl();
  if (value === undefined || value === "") return control;
  // Where a quoted string never ends it may have swallowed a directive that forbids: better one too many than that.
  const members = hasOpenQuote(value) ? value.split(",").map(trimWhitespace) : listMembers(value);
  for (const member of members) applyDirective(control, member);
  return control;
}

function emptyCacheControl(): CacheControl {
  return {
    noStore: false,
    noCache: false,
    isPrivate: false,
    isPublic: false,
    mustRevalidate: false,
    proxyRevalidate: false,
    maxAge: undefined,
    sMaxage: undefined,
    staleWhileRevalidate: undefined,
    staleIfError: undefined,
  };
}

function applyDirective(control: CacheControl, member: string): void {
  const equals = member.indexOf("=");
  const name = trimWhitespace(equals === -1 ? member : member.slice(0, equals)).toLowerCase();
  const argument = equals === -1 ? undefined : unquote(trimWhitespace(member.slice(equals + 1)));
  switch (name) {
    case "no-store":
      control.noStore = true;
      break;
    case "no-cache":
      control.noCache = true;
      break;
    case "private":
      control.isPrivate = true;
      break;
    case "public":
      control.isPublic = true;
      break;
    case "must-revalidate":
      control.mustRevalidate = true;
      break;
    case "proxy-revalidate":
      control.proxyRevalidate = true;
      break;
    case "max-age":
      control.maxAge = shorter(control.maxAge, argument);
      break;
    case "s-maxage":
      control.sMaxage = shorter(control.sMaxage, argument);
      break;
    case "stale-while-revalidate":
      control.staleWhileRevalidate = shorter(control.staleWhileRevalidate, argument);
      break;
    case "stale-if-error":
      control.staleIfError = shorter(control.staleIfError, argument);
      break;
  }
}

function shorter(known: Seconds | undefined, argument: string | undefined): Seconds {
  const seconds = parseDeltaSeconds(argument) ?? 0;
  return known === undefined ? seconds : Math.min(known, seconds);
}

/** A number of seconds (RFC 9111 §1.2.2), capped at 2^31, or `undefined` when the text is anything but digits. */
export function parseDeltaSeconds(text: string | undefined): Seconds | undefined {
  if (text === undefined || !/^[0-9]+$/.test(text)) return undefined;
  return Math.min(Number(text), MAX_DELTA_SECONDS);
}

/** The text of a quoted string; what is none, or never ends, stays as it is and so is no number. */
function unquote(argument: string): string {
  const isQuoted = argument.length > 1 && argument.startsWith('"') && argument.endsWith('"');
  return isQuoted ? argument.slice(1, -1).replace(/\\(.)/g, "$1") : argument;
}
