import { trimWhitespace } from "./field-list.ts";

/** An entity tag (RFC 9110 §8.8.3). */
export interface EntityTag {
  readonly weak: boolean;
  /** What stands between the quotes. */
  readonly opaque: string;
}

const ENTITY_TAG = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/y;

/** The entity tag that makes up a whole `ETag` value, or `undefined` when the value is anything else. */
export function parseEntityTag(value: string | undefined): EntityTag | undefined {
  if (value === undefined) return undefined;
  ENTITY_TAG.lastIndex = 0;
  const match = ENTITY_TAG.exec(value);
  if (!match || ENTITY_TAG.lastIndex !== value.length) return undefined;
  return { weak: match[1] !== undefined, opaque: match[2] ?? "" };
}

/** A tag as a list has it: up to the next comma or the end. */
const LISTED_TAG = /[ \t]*(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(?:,|$)/y;

/**
 * The entity tags of an `If-Match` or `If-None-Match` value, or `"*"`.
 * Tags may hold commas, so the value is scanned, not split; what is no tag is skipped up to the next comma.
 */
export function parseEntityTags(value: string): readonly EntityTag[] | "*" {
  if (trimWhitespace(value) === "*") return "*";
  const tags: EntityTag[] = [];
  let position = 0;
  while (position < value.length) {
    LISTED_TAG.lastIndex = position;
    const match = LISTED_TAG.exec(value);
    if (match) tags.push({ weak: match[1] !== undefined, opaque: match[2] ?? "" });
    position = match ? LISTED_TAG.lastIndex : afterComma(value, position);
  }
  return tags;
}

function afterComma(value: string, from: number): number {
  const comma = value.indexOf(",", from);
  return comma === -1 ? value.length : comma + 1;
}

/** Weak comparison (RFC 9110 §8.8.3.2): same opaque tag, weak or not. */
export function weaklyEqual(a: EntityTag, b: EntityTag): boolean {
  return a.opaque === b.opaque;
}

/** Strong comparison (RFC 9110 §8.8.3.2): same opaque tag and neither is weak. */
export function stronglyEqual(a: EntityTag, b: EntityTag): boolean {
  return !a.weak && !b.weak && a.opaque === b.opaque;
}
