/**
 * Canonical forms of the content negotiation fields (RFC 9110 §12.5): two values that mean the same become the same
 * string, so that they select the same stored variant. The canonical form is also what the origin receives, which
 * makes it safe even where an origin is sensitive to spelling: nobody ever sees an answer to a value not sent.
 */
import { hasOpenQuote, listMembers, splitUnquoted, trimWhitespace } from "./field-list.ts";

/** Turns a field value into its canonical form. */
export type Normalizer = (value: string) => string;

const NORMALIZERS: ReadonlyMap<string, Normalizer> = new Map([
  ["accept", remembered((value) => canonicalPreferences(value, canonicalMediaRange))],
  ["accept-encoding", remembered((value) => canonicalPreferences(value, canonicalCoding))],
  ["accept-language", remembered((value) => canonicalPreferences(value, lowerCase))],
]);

/** Names of the fields that are forwarded in canonical form. */
export const NORMALIZED_FIELDS: readonly string[] = [...NORMALIZERS.keys()];

/** Fields whose value is one thing, in which a comma separates nothing and a space beside it may matter. */
const SINGLE_VALUES = new Set(["authorization", "cookie", "from", "origin", "referer", "user-agent"]);

/**
 * Canonical form of a request field: preferences for `Accept`, `Accept-Encoding` and `Accept-Language`,
 * collapsed whitespace around commas for every other field that may be a list (RFC 9111 §4.1).
 */
export function normalizeField(name: string, value: string): string {
  if (SINGLE_VALUES.has(name)) return value;
  return NORMALIZERS.get(name)?.(value) ?? listMembers(value).join(", ");
}

/** Members by falling weight and then by name, duplicates and needless weights left out. */
function canonicalPreferences(value: string, canonicalName: Normalizer): string {
  if (value.includes('"') && hasOpenQuote(value)) return value;
  const preferences = listMembers(value).map((member) => canonicalPreference(member, canonicalName));
  preferences.sort((a, b) => b.weight - a.weight || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  return [...new Set(preferences.map((preference) => preference.text))].filter((text) => text !== "").join(", ");
}

interface Preference {
  readonly text: string;
  readonly weight: number;
}

const WEIGHT = /;[ \t]*q[ \t]*=[ \t]*([01](?:\.[0-9]{0,3})?)[ \t]*$/i;

function canonicalPreference(member: string, canonicalName: Normalizer): Preference {
  const match = WEIGHT.exec(member);
  const name = canonicalName(match ? trimWhitespace(member.slice(0, match.index)) : member);
  const weight = match ? Math.min(Number(match[1]), 1) : 1;
  const isNeedless = weight === 1 && !WEIGHT.test(name); // a second weight before it must not become the last one
  return { text: isNeedless ? name : `${name};q=${weight}`, weight };
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}

/** Type and parameter names in lower case; parameter values may be case-sensitive and stay. */
function canonicalMediaRange(range: string): string {
  if (!range.includes(";")) return range.toLowerCase();
  const [type = "", ...parameters] = splitUnquoted(range, ";");
  const canonical = parameters.map((parameter) => {
    const equals = parameter.indexOf("=");
    if (equals === -1) return trimWhitespace(parameter).toLowerCase();
    return `${trimWhitespace(parameter.slice(0, equals)).toLowerCase()}=${trimWhitespace(parameter.slice(equals + 1))}`;
  });
  return [trimWhitespace(type).toLowerCase(), ...canonical].join(";");
}

/** The registered name of a coding; `x-` forms are old aliases (RFC 9110 §8.4.1). */
function canonicalCoding(coding: string): string {
  const name = coding.toLowerCase();
  return name === "x-gzip" || name === "x-compress" ? name.slice(2) : name;
}

const MAX_KNOWN_VALUES = 1024;
const MAX_KNOWN_LENGTH = 512;

/** Few distinct values make up nearly all traffic. The memory starts over when full, so a flood cannot grow it. */
function remembered(normalize: Normalizer): Normalizer {
  const known = new Map<string, string>();
  return (value) => {
    let canonical = known.get(value);
    if (canonical === undefined) {
      canonical = normalize(value);
      if (known.size >= MAX_KNOWN_VALUES) known.clear();
      if (value.length <= MAX_KNOWN_LENGTH) known.set(value, canonical);
    }
    return canonical;
  };
}
