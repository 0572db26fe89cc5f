/**
 * Which parts of a query do not change the response (No-Vary-Search, draft-ietf-httpbis-no-vary-search-05). Names and
 * values are compared as form data, decoded; a field that cannot be read in full changes nothing, so that no response
 * is ever used for a query that it may not suit.
 */
import { type InnerList, type Member, parseDictionary } from "./structured-fields.ts";

/** How responses differ by query. */
export interface SearchVariance {
  /** Whether the order of parameters with different names counts. */
  readonly byOrder: boolean;
  /** The parameters that do not count, or the only ones that do. */
  readonly parameters: { readonly kind: "all-but" | "only"; readonly names: ReadonlySet<string> };
}

/** The keys of this version; another one might restrict what these say. */
const KEYS: ReadonlySet<string> = new Set(["key-order", "params", "except"]);

/** Reads a `No-Vary-Search` value; `undefined` when every byte of the query counts, as without the field. */
export function parseNoVarySearch(value: string | undefined): SearchVariance | undefined {
  const dictionary = parseDictionary(value);
  if (dictionary === undefined || [...dictionary.keys()].some((key) => !KEYS.has(key))) return undefined;
  const ignoresOrder = booleanOf(dictionary.get("key-order"), false);
  const parameters = readParameters(dictionary.get("params"), dictionary.get("except"));
  if (ignoresOrder === undefined || parameters === undefined) return undefined;
  const isDefault = !ignoresOrder && parameters.kind === "all-but" && parameters.names.size === 0;
  return isDefault ? undefined : { byOrder: !ignoresOrder, parameters };
}

/** `params` as a list leaves those out; as true, all but those of `except`, which makes no sense otherwise. */
function readParameters(
  params: Member | undefined,
  except: Member | undefined,
): SearchVariance["parameters"] | undefined {
  if (params?.kind === "inner-list") {
    const names = except === undefined ? namesOf(params) : undefined;
    return names && { kind: "all-but", names };
  }
  const leavesOutAll = booleanOf(params, false);
  if (leavesOutAll === undefined || (except !== undefined && !leavesOutAll)) return undefined;
  if (!leavesOutAll) return { kind: "all-but", names: new Set() };
  if (except !== undefined && except.kind !== "inner-list") return undefined;
  const names = except === undefined ? new Set<string>() : namesOf(except);
  return names && { kind: "only", names };
}

function booleanOf(member: Member | undefined, absent: boolean): boolean | undefined {
  if (member === undefined) return absent;
  return member.kind === "item" && member.item.type === "boolean" ? member.item.value : undefined;
}

/** Names as they stand in a query, decoded like those they are compared with. */
function namesOf({ items }: InnerList): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const { item } of items) {
    if (item.type !== "string") return undefined;
    names.add(decodeName(item.value));
  }
  return names;
}

/** `&` and `=` are part of a name here. */
function decodeName(name: string): string {
  const escaped = name.replaceAll("&", "%26").replaceAll("=", "%3D");
  const [decoded = ""] = new URLSearchParams(`?${escaped}=`).keys();
  return decoded;
}

/** A query, without its question mark, in the form that all queries share that are the same under a variance. */
export function canonicalSearch(query: string, { byOrder, parameters }: SearchVariance): string {
  const { kind, names } = parameters;
  const counting = [...new URLSearchParams(`?${query}`)].filter(([name]) => names.has(name) === (kind === "only"));
  const search = new URLSearchParams(counting);
  if (!byOrder) search.sort(); // stable: those of one name keep their order
  return search.toString();
}

/** A text that two variances share exactly when they are the same. */
export function varianceKey({ byOrder, parameters: { kind, names } }: SearchVariance): string {
  return JSON.stringify([byOrder, kind, ...[...names].sort()]);
}
