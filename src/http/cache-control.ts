import type { Seconds } from "../time/clock.ts";
import { FIELD_NAME, hasOpenQuote, listMembers, trimWhitespace } from "./field-list.ts";
import { remembered } from "./remembered.ts";

/**
 * The directives of a response `Cache-Control` field that Lacquer acts on (RFC 9111 §5.2.2, RFC 5861, RFC 8246).
 * A directive that is absent is `false`, empty or `undefined`. Where one is repeated, the most restrictive value counts.
 */
export interface CacheControl {
  noStore: boolean;
  noCache: boolean;
  /** Fields that the qualified form of `no-cache` names, lower-case: never reused without validation (§5.2.2.4). */
  noCacheFields: string[];
  isPrivate: boolean;
  /** Fields that the qualified form of `private` names, lower-case: not stored, the rest may be (§5.2.2.7). */
  privateFields: string[];
  isPublic: boolean;
  mustRevalidate: boolean;
  proxyRevalidate: boolean;
  mustUnderstand: boolean;
  immutable: boolean;
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
export function parseCacheControl(value: string | undefined): Readonly<CacheControl> {
  return value === undefined ? NOTHING_SAID : readControl(value);
}

const MAX_KNOWN_VALUES = 256;

/** An origin says the same of most of what it sends. */
const readControl = remembered(MAX_KNOWN_VALUES, (value) => {
  const control = emptyCacheControl();
  for (const directive of readDirectives(value)) applyDirective(control, directive);
  return control;
});

function emptyCacheControl(): CacheControl {
  return {
    noStore: false,
    noCache: false,
    noCacheFields: [],
    isPrivate: false,
    privateFields: [],
    isPublic: false,
    mustRevalidate: false,
    proxyRevalidate: false,
    mustUnderstand: false,
    immutable: false,
    maxAge: undefined,
    sMaxage: undefined,
    staleWhileRevalidate: undefined,
    staleIfError: undefined,
  };
}

const NOTHING_SAID: CacheControl = emptyCacheControl();

function applyDirective(control: CacheControl, { name, argument }: Directive): void {
  switch (name) {
    case "no-store":
      control.noStore = true;
      break;
    case "no-cache":
      if (!addNamedFields(control.noCacheFields, argument)) control.noCache = true;
      break;
    case "private":
      if (!addNamedFields(control.privateFields, argument)) control.isPrivate = true;
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
    case "must-understand":
      control.mustUnderstand = true;
      break;
    case "immutable":
      control.immutable = true;
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

/** One member of a `Cache-Control` field, of a request or a response (RFC 9111 §5.2). */
export interface Directive {
  /** Lower-case. */
  readonly name: string;
  /** What stands behind "="; `undefined` without one. */
  readonly argument: Argument | undefined;
}

interface Argument {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** Directives of a field value, in order. */
export function readDirectives(value: string): Directive[] {
  // Where a quoted string never ends it may have swallowed a directive that forbids: better one too many than that.
  const members = hasOpenQuote(value) ? value.split(",").map(trimWhitespace) : listMembers(value);
  return members.map(readDirective);
}

function readDirective(member: string): Directive {
  const equals = member.indexOf("=");
  if (equals === -1) return { name: member.toLowerCase(), argument: undefined };
  const name = trimWhitespace(member.slice(0, equals)).toLowerCase();
  return { name, argument: readArgument(trimWhitespace(member.slice(equals + 1))) };
}

/** A quoted string without its quotes; what is none, or never ends, stays as it is and so is no number. */
function readArgument(text: string): Argument {
  const isQuoted = text.length > 1 && text.startsWith('"') && text.endsWith('"');
  return { text: isQuoted ? text.slice(1, -1).replace(/\\(.)/g, "$1") : text, isQuoted };
}

/**
 * Adds the fields that a qualified `private` or `no-cache` names. False where the argument is no quoted list of field
 * names: the directive then counts in its plain and stricter form.
 */
function addNamedFields(known: string[], argument: Argument | undefined): boolean {
  if (!argument?.isQuoted) return false;
  const names = listMembers(argument.text).map((name) => name.toLowerCase());
  if (names.length === 0 || !names.every((name) => FIELD_NAME.test(name))) return false;
  for (const name of names) known.push(name);
  return true;
}

function shorter(known: Seconds | undefined, argument: Argument | undefined): Seconds {
  const seconds = parseDeltaSeconds(argument?.text) ?? 0;
  return known === undefined ? seconds : Math.min(known, seconds);
}

/** A number of seconds (RFC 9111 §1.2.2), capped at 2^31, or `undefined` when the text is anything but digits. */
export function parseDeltaSeconds(text: string | undefined): Seconds | undefined {
  if (text === undefined || !/^[0-9]+$/.test(text)) return undefined;
  return Math.min(Number(text), MAX_DELTA_SECONDS);
}
