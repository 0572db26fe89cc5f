import { type EntityTag, parseEntityTag, parseEntityTags, stronglyEqual, weaklyEqual } from "../http/entity-tag.ts";
import { type FieldLine, type FieldLines, fieldValue } from "../http/field-lines.ts";
import { parseHttpDate } from "../http/http-date.ts";
import { remembered } from "../http/remembered.ts";
import type { EpochMs } from "../time/clock.ts";

/** What the preconditions of a request decide: perform it, answer 304, or answer 412. */
export type Precondition = "perform" | "not-modified" | "failed";

/** The validators of a representation (RFC 9110 §8.8). */
export interface Validators {
  readonly entityTag: EntityTag | undefined;
  readonly lastModified: EpochMs | undefined;
  readonly date: EpochMs;
}

/** A request, as far as its preconditions go. */
export interface ConditionalRequest {
  /** Combined value of a request field; `null` when absent, as `Headers.get` has it. */
  header(name: string): string | null;
}

/** Evaluates the preconditions of a GET or HEAD in the order of RFC 9110 §13.2.2. */
export function evaluatePreconditions(request: ConditionalRequest, validators: Validators): Precondition {
  const ifMatch = request.header("if-match");
  if (ifMatch !== null) {
    if (!anyTag(ifMatch, validators.entityTag, stronglyEqual)) return "failed";
  } else if (isAfter(validators.lastModified, request.header("if-unmodified-since"), validators.date)) {
    return "failed";
  }
  const ifNoneMatch = request.header("if-none-match");
  if (ifNoneMatch !== null) {
    return anyTag(ifNoneMatch, validators.entityTag, weaklyEqual) ? "not-modified" : "perform";
  }
  return unmodifiedSince(request.header("if-modified-since"), validators) ? "not-modified" : "perform";
}

/** Whether an `If-Range` value names exactly this representation, so that a range of it is wanted (RFC 9110 §13.1.5). */
export function ifRangeHolds(value: string | null, validators: Validators): boolean {
  if (value === null) return true;
  const tag = parseEntityTag(value);
  if (tag) return validators.entityTag !== undefined && stronglyEqual(tag, validators.entityTag);
  const date = parseHttpDate(value, validators.date);
  return date !== undefined && date === validators.lastModified && hasStrongDate(validators);
}

/** Whether two sets of validators surely are those of the same bytes (RFC 9110 §8.8.1): they share a strong one. */
export function areSameBytes(a: Validators, b: Validators): boolean {
  const [tagA, tagB] = [a.entityTag, b.entityTag];
  if (tagA?.weak === false || tagB?.weak === false) return !!tagA && !!tagB && stronglyEqual(tagA, tagB);
  if (tagA?.opaque !== tagB?.opaque) return false;
  return a.lastModified === b.lastModified && hasStrongDate(a) && hasStrongDate(b);
}

/** Whether there is a validator that changes with every byte (RFC 9110 §8.8.1). */
export function hasStrongValidator(validators: Validators): boolean {
  return validators.entityTag?.weak === false || hasStrongDate(validators);
}

/** A date is a strong validator only when the representation was a minute old by then (RFC 9110 §8.8.2.2). */
function hasStrongDate({ lastModified, date }: Validators): boolean {
  return lastModified !== undefined && date - lastModified >= 60_000;
}

/**
 * Fields of a conditional request that asks whether a stored response still holds (RFC 9111 §4.3.1): its validators as
 * they are spelt, and nothing of what is no validator.
 */
export function validatorFields(stored: FieldLines): FieldLine[] {
  const fields: FieldLine[] = [];
  const entityTag = fieldValue(stored, "etag");
  if (entityTag !== undefined && parseEntityTag(entityTag)) fields.push(["if-none-match", entityTag]);
  const lastModified = fieldValue(stored, "last-modified");
  const isDate = lastModified !== undefined && parseHttpDate(lastModified, 0) !== undefined;
  if (isDate) fields.push(["if-modified-since", lastModified]);
  return fields;
}

/**
 * Whether a 304 speaks of the stored response that was asked about (RFC 9111 §4.3.4): its entity tag, if it carries
 * one, else its `Last-Modified`, must be the stored one. Weak comparison, as for the question itself (RFC 9110
 * §13.1.2): a server that compresses on the fly often weakens the tag of a 200 and not that of the 304.
 */
export function confirms(notModified: FieldLines, stored: Validators): boolean {
  const tag = parseEntityTag(fieldValue(notModified, "etag"));
  if (tag) return stored.entityTag !== undefined && weaklyEqual(tag, stored.entityTag);
  const lastModified = parseHttpDate(fieldValue(notModified, "last-modified") ?? "", stored.date);
  return lastModified === undefined || lastModified === stored.lastModified;
}

/** Fields without which the stored bytes could not be read or trusted: a 304, which brings none, leaves them alone. */
const STORED_BODY_FIELDS = new Set([
  "content-digest",
  "content-encoding",
  "content-length",
  "content-md5",
  "content-range",
  "etag",
]);

/**
 * Whether a field is a checksum of the very bytes that a message carries (RFC 9530 §2): of a part it says nothing of the
 * whole, and of the whole nothing of a part.
 */
export function isOfContent(name: string): boolean {
  return name === "content-digest" || name === "content-md5";
}

/** Fields updated by those of another part of the same representation: each replaces all of its name (RFC 9111 §3.4). */
export function combinedFields(older: FieldLines, newer: FieldLines): FieldLine[] {
  const renewed = new Set(newer.map(([name]) => name));
  return [...older.filter(([name]) => !renewed.has(name)), ...newer];
}

/** Stored fields updated by those of a 304 (RFC 9111 §3.2): each field it names replaces all stored lines of that name. */
export function freshenedFields(stored: FieldLines, notModified: FieldLines): FieldLine[] {
  return combinedFields(stored, notModified.filter(([name]) => !STORED_BODY_FIELDS.has(name)));
}

const MAX_KNOWN_LISTS = 1024;

/** Those who ask again mostly have what the others have. */
const knownEntityTags = remembered(MAX_KNOWN_LISTS, parseEntityTags);

function anyTag(value: string, tag: EntityTag | undefined, equal: (a: EntityTag, b: EntityTag) => boolean): boolean {
  const tags = knownEntityTags(value);
  if (tags === "*") return true;
  return tag !== undefined && tags.some((candidate) => equal(candidate, tag));
}

function isAfter(lastModified: EpochMs | undefined, limit: string | null, now: EpochMs): boolean {
  if (limit === null || lastModified === undefined) return false;
  const time = parseHttpDate(limit, now);
  return time !== undefined && lastModified > time;
}

/** A response without `Last-Modified` is as old as its `Date` says (RFC 9111 §4.3.2). */
function unmodifiedSince(value: string | null, validators: Validators): boolean {
  if (value === null) return false;
  const time = parseHttpDate(value, validators.date);
  return time !== undefined && (validators.lastModified ?? validators.date) <= time;
}
