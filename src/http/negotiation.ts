/**
 * Canonical forms of the content negotiation fields (RFC 9110 §12.5): two values that mean the same become the same
 * string, so that they select the same stored variant. The canonical form is also what the origin receives, which
 * makes it safe even where an origin is sensitive to spelling: nobody ever sees an answer to a value not sent.
 */
import { hasOpenQuote, listMembers, splitUnquoted, trimWhitespace } from "./field-list.ts";
import { remembered } from "./remembered.ts";

const MAX_KNOWN_VALUES = 1024;

/** Turns a field value into its canonical form. */
export type Normalizer = (value: string) => string;

/** How one kind of preference is spelt and ordered. */
interface Vocabulary {
  readonly canonicalName: Normalizer;
  /** The more specific of two names of equal weight stands first: it has precedence (RFC 9110 §12.5.1). */
  readonly specificity: (name: string) => number;
}

const NORMALIZERS: ReadonlyMap<string, Normalizer> = new Map([
  ["accept", preferences({ canonicalName: canonicalMediaRange, specificity: mediaRangeSpecificity })],
  ["accept-encoding", preferences({ canonicalName: canonicalCoding, specificity: codingSpecificity })],
  ["accept-language", preferences({ canonicalName: lowerCase, specificity: languageSpecificity })],
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

/**
 * The one language that a canonical `Accept-Language` value wants above all others; `undefined` where it wants several
 * alike, or any.
 */
export function preferredLanguage(value: string): string | undefined {
  const [first, second] = value.split(", ", 2).map((member) => {
    const [name = "", weight = "1"] = member.split(";q=");
    return { name, weight: Number(weight) };
  });
  if (first === undefined || first.name === "*" || first.weight === 0 || first.weight === second?.weight) {
    return undefined;
  }
  return first.name;
}

function preferences(vocabulary: Vocabulary): Normalizer {
  return remembered(MAX_KNOWN_VALUES, (value) => canonicalPreferences(value, vocabulary));
}

/** Members by falling weight, then from special to general, then by name; duplicates and needless weights left out. */
function canonicalPreferences(value: string, vocabulary: Vocabulary): string {
  if (value.includes('"') && hasOpenQuote(value)) return value;
  const members = listMembers(value).map((member) => canonicalPreference(member, vocabulary));
  members.sort((a, b) => b.weight - a.weight || b.specificity - a.specificity || byCodeUnit(a.text, b.text));
  return [...new Set(members.map((member) => member.text))].filter((text) => text !== "").join(", ");
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

interface Preference {
  readonly text: string;
  readonly weight: number;
  readonly specificity: number;
}

const WEIGHT = /;[ \t]*q[ \t]*=[ \t]*([01](?:\.[0-9]{0,3})?)[ \t]*$/i;

function canonicalPreference(member: string, { canonicalName, specificity }: Vocabulary): Preference {
  const match = WEIGHT.exec(member);
  const name = canonicalName(match ? trimWhitespace(member.slice(0, match.index)) : member);
  const weight = match ? Math.min(Number(match[1]), 1) : 1;
  const isNeedless = weight === 1 && !WEIGHT.test(name); // a second weight before it must not become the last one
  return { text: isNeedless ? name : `${name};q=${weight}`, weight, specificity: specificity(name) };
}

/** Anything, then anything of a type, then a certain one, then one with parameters. */
function mediaRangeSpecificity(range: string): number {
  const [type = "", ...parameters] = splitUnquoted(range, ";");
  if (type === "*/*") return 0;
  return type.endsWith("/*") ? 1 : 2 + parameters.length;
}

/** Any coding, then none, then a certain one. */
function codingSpecificity(coding: string): number {
  if (coding === "*") return 0;
  return coding === "identity" ? 1 : 2;
}

/** Any language, then a language, then one with region or script. */
function languageSpecificity(range: string): number {
  return range === "*" ? 0 : range.split("-").length;
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
