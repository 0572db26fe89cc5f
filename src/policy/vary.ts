import { type FieldLines, fieldValue } from "../http/field-lines.ts";
import { preferredLanguage } from "../http/negotiation.ts";
import { FIELD_NAME, listMembers } from "../http/field-list.ts";
import type { SelectingFields, StoredMetadata } from "./stored-metadata.ts";

/** A request, as far as selecting a stored response goes. */
export interface SelectingRequest {
  /** Normalised value of a request field, or `undefined` when the request has none. */
  selectingValue(name: string): string | undefined;
}

const NO_NAMES: readonly string[] = [];
const UNVARIED: SelectingFields = { names: NO_NAMES, values: [] };

/**
 * Names a `Vary` field lists, lower-case, sorted and without repetition; `"*"` when it is among them, because such a
 * response matches no other request (RFC 9111 §4.1). The same for what is no field name: no request can be asked for it.
 */
export function varyNames(fields: FieldLines): readonly string[] | "*" {
  const value = fieldValue(fields, "vary");
  if (value === undefined) return NO_NAMES;
  const names = new Set(listMembers(value).map((name) => name.toLowerCase()));
  const matchesNothing = names.has("*") || [...names].some((name) => !FIELD_NAME.test(name));
  return matchesNothing ? "*" : [...names].sort();
}

/** What a request says in the fields named. */
export function selectingFields(names: readonly string[], request: SelectingRequest): SelectingFields {
  return names.length === 0 ? UNVARIED : { names, values: names.map((name) => request.selectingValue(name)) };
}

/**
 * Whether a request selects a stored response: every nominated field has the same normalised value (RFC 9111 §4.1), or
 * means the same as far as `stored.language` tells.
 */
export function selects(stored: StoredMetadata, request: SelectingRequest): boolean {
  const { names, values } = stored.selecting;
  for (let i = 0; i < names.length; i++) {
    const value = request.selectingValue(names[i]!);
    if (value !== values[i] && !(names[i] === "accept-language" && isInWantedLanguage(stored, value))) return false;
  }
  return true;
}

/** A client that wants one language above all gets the same in it, whatever else it would put up with. */
function isInWantedLanguage({ language }: StoredMetadata, acceptLanguage: string | undefined): boolean {
  return language !== undefined && acceptLanguage !== undefined && preferredLanguage(acceptLanguage) === language;
}

/** Whether two responses of one key are the same variant, so that the newer takes the older one's place. */
export function sameVariant(a: SelectingFields, b: SelectingFields): boolean {
  return a.names.length === b.names.length &&
    a.names.every((name, i) => name === b.names[i] && a.values[i] === b.values[i]);
}
