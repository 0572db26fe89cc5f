import { type Dictionary, type Member, parseDictionary } from "./structured-fields.ts";

/** Which parts of a query make a difference to a response, as its `No-Vary-Search` says. */
export interface SearchVariance {
  /** Whether all parameters count but those named, or none but those named. */
  readonly counting: "all-but" | "only";
  /** Decoded names, sorted. */
  readonly names: ReadonlySet<string>;
  /** Whether two queries differ when the same parameters stand in another order. */
  readonly orderCounts: boolean;
}

/**
 * What a `No-Vary-Search` value says (draft-ietf-httpbis-no-vary-search §5.1). `undefined` when every parameter and
 * their order count, as they do without the field and with one that cannot be read. Earlier drafts wrote `params` for
 * what is `except=()` now; the draft says to ignore a field with that form, so queries differ that could have shared.
 */
export function parseNoVarySearch(value: string | undefined): SearchVariance | undefined {
  const dictionary = parseDictionary(value);
  const ordering = dictionary?.get("key-order");
  if (dictionary === undefined || (ordering !== undefined && ordering.type !== "boolean")) return undefined;
  const counted = countedParameters(dictionary);
  const orderCounts = ordering?.value !== true;
  const isDefault = counted?.counting === "all-but" && counted.names.size === 0 && orderCounts;
  return counted === undefined || isDefault ? undefined : { ...counted, orderCounts };
}

/**
 * A text that two queries, both without "?", have in common exactly when they are equivalent under `variance` (§6).
 * An absent query is like an empty one. Escapes that are no UTF-8 are all alike, as the draft has it.
 */
export function canonicalSearch(query: string, variance: SearchVariance): string {
  const parameters = parameterPairs(query).filter(([name]) => counts(name, variance));
  // The sort is stable: values of one name keep their order, which may mean something.
  if (!variance.orderCounts) parameters.sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  return new URLSearchParams(parameters).toString();
}

/** A text that two variances have in common exactly when they mean the same. */
export function varianceKey(variance: SearchVariance): string {
  return JSON.stringify([variance.counting, variance.orderCounts, ...variance.names]);
}

function countedParameters(dictionary: Dictionary): Omit<SearchVariance, "orderCounts"> | undefined {
  const [ignored, selected] = [dictionary.get("params"), dictionary.get("except")];
  if (ignored !== undefined && selected !== undefined) return undefined;
  const names = selected ? parameterNames(selected) : ignored ? parameterNames(ignored) : new Set<string>();
  return names && { counting: selected ? "only" : "all-but", names };
}

/** Decoded names of an inner list of strings, sorted; `undefined` when it is anything else. */
function parameterNames(member: Member): ReadonlySet<string> | undefined {
  if (member.type !== "inner-list") return undefined;
  const names = new Set<string>();
  for (const item of member.items) {
    if (item.type !== "string") return undefined;
    names.add(decodeName(item.value));
  }
  return new Set([...names].sort());
}

/** A name decoded like those of a query (§5.3), by the same decoder so that they always agree. */
function decodeName(encoded: string): string {
  return parameterPairs(`=${encoded.replaceAll("&", "%26")}`)[0]?.[1] ?? "";
}

type Parameter = [name: string, value: string];

/** Each by itself: Node takes quadratic time over the whole of a query. */
function parameterPairs(query: string): Parameter[] {
  return query.split("&").filter((part) => part !== "").map(parameterPair);
}

function parameterPair(part: string): Parameter {
  if (/[%+]/.test(part)) {
    // The "&" in front means nothing, except that a question mark behind it is not taken for the start of a query.
    const [pair = ["", ""]] = new URLSearchParams(`&${part}`);
    return pair;
  }
  const text = part.toWellFormed();
  const equals = text.indexOf("=");
  return equals === -1 ? [text, ""] : [text.slice(0, equals), text.slice(equals + 1)];
}

function counts(name: string, variance: SearchVariance): boolean {
  return variance.names.has(name) === (variance.counting === "only");
}
