/**
 * Parts of representations: which bytes a 206 brings, which requests a stored part answers, and what may be put
 * together (RFC 9111 §3.3, §3.4). Only what is exact counts: the range that was asked for, a complete length, and one
 * strong validator for all parts.
 */
import { parseContentRange } from "../http/content-range.ts";
import { type FieldLines, fieldValue } from "../http/field-lines.ts";
import { rangeLength, type RangeSpec, resolveRangeSpec } from "../http/byte-range.ts";
import type { Part, StoredMetadata } from "./stored-metadata.ts";
import { areSameBytes, type ConditionalRequest, ifRangeHolds } from "./validation.ts";
import { sameVariant } from "./vary.ts";

/** A request, as far as ranges go. */
export interface RangedRequest extends ConditionalRequest {
  /** The one range that a GET asks for; `undefined` when it wants everything, or several. */
  readonly range: RangeSpec | undefined;
}

/** The part that a 206 with these fields brings; `undefined` when it is not exactly what was asked for. */
export function partOf(fields: FieldLines, asked: RangeSpec): Part | undefined {
  const range = parseContentRange(fieldValue(fields, "content-range"));
  if (range?.completeLength === undefined) return undefined;
  const { first, last, completeLength } = range;
  const wanted = resolveRangeSpec(asked, completeLength);
  if (wanted?.first !== first || wanted.last !== last) return undefined;
  if (/^multipart\/byteranges\b/i.test(fieldValue(fields, "content-type") ?? "")) return undefined;
  const length = fieldValue(fields, "content-length");
  if (length !== undefined && Number(length) !== rangeLength(range)) return undefined;
  return { first, last, completeLength };
}

/** Whether a part is the whole representation, as the answer to `bytes=0-` is. */
export function isWhole({ first, last, completeLength }: Part): boolean {
  return first === 0 && last === completeLength - 1;
}

/** Whether a stored response holds all that a request asks for: always when it is whole (RFC 9111 §3.3). */
export function holdsWhatIsAsked(stored: StoredMetadata, request: RangedRequest): boolean {
  const { part } = stored;
  if (part === undefined) return true;
  if (request.range === undefined || !ifRangeHolds(request.header("if-range"), stored)) return false;
  const wanted = resolveRangeSpec(request.range, part.completeLength);
  // What lies outside the representation needs no bytes to be refused.
  return wanted === undefined || (part.first <= wanted.first && wanted.last <= part.last);
}

/** The one range that is missing to make a part whole; `undefined` where there are two. */
export function missingRange({ first, last, completeLength }: Part): RangeSpec | undefined {
  if (first === 0) return { first: last + 1, last: undefined };
  return last === completeLength - 1 ? { first: 0, last: first - 1 } : undefined;
}

/** Whether two stored responses are parts of one representation that leave no gap between them (RFC 9111 §3.4). */
export function canCombine(a: StoredMetadata, b: StoredMetadata): boolean {
  if (a.part === undefined || b.part === undefined || !areSameRepresentation(a, b)) return false;
  return a.part.first <= b.part.last + 1 && b.part.first <= a.part.last + 1;
}

/** Both parts in one. */
export function unionOf(a: Part, b: Part): Part {
  return { ...a, first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) };
}

/**
 * Whether `newer` takes the place of `older`: the same variant, unless they are parts of one representation of which
 * neither makes the other needless.
 */
export function supersedes(newer: StoredMetadata, older: StoredMetadata): boolean {
  if (!sameVariant(newer.selecting, older.selecting)) return false;
  if (newer.part === undefined || older.part === undefined || !areSameRepresentation(newer, older)) return true;
  return newer.part.first <= older.part.first && older.part.last <= newer.part.last;
}

function areSameRepresentation(a: StoredMetadata, b: StoredMetadata): boolean {
  const sameLength = a.part?.completeLength === b.part?.completeLength;
  const sameCoding = fieldValue(a.fields, "content-encoding") === fieldValue(b.fields, "content-encoding");
  return sameLength && sameCoding && areSameBytes(a, b) && sameVariant(a.selecting, b.selecting);
}
