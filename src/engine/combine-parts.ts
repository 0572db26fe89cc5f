/** Putting stored parts of one representation together (RFC 9111 §3.4). */
import { rangeLength } from "../http/byte-range.ts";
import { fieldValue } from "../http/field-lines.ts";
import { canCombine, isWhole, unionOf } from "../policy/partial.ts";
import type { Part } from "../policy/stored-metadata.ts";
import { combinedFields } from "../policy/validation.ts";
import { joinSealed, sliceSealed } from "../storage/complete-body.ts";
import type { GrowingBodyOptions } from "../storage/body-settings.ts";
import { GrowingBody, type SealedBody } from "../storage/growing-body.ts";
import type { StoredResponse } from "../storage/response-store.ts";

const MIN_SHARE = 1 / 8;
const SMALL_PART_BYTES = 64 * 1024;

/**
 * A complete part together with all others that it touches, with the fields of the newer one (RFC 9111 §3.4). Once
 * nothing is missing it is the whole. What would be too large, or finds no memory, stays apart.
 */
export function combineParts(
  received: StoredResponse,
  others: readonly StoredResponse[],
  bodies: GrowingBodyOptions,
): StoredResponse {
  let combined = received;
  for (const other of others) {
    if (canCombine(combined, other)) combined = join(combined, other, bodies) ?? combined;
  }
  return combined;
}

function join(newer: StoredResponse, older: StoredResponse, bodies: GrowingBodyOptions): StoredResponse | undefined {
  if (newer.part === undefined || older.part === undefined) return undefined;
  if (!isWorthCopying(newer.part, older.part)) return undefined;
  const fields = combinedFields(older.fields, newer.fields);
  const typed = fieldValue(fields, "content-type") !== undefined;
  const part = unionOf(newer.part, older.part);
  const bytes = bytesOfUnion(newer, older);
  const body = bytes && GrowingBody.complete(bytes, typed, bodies);
  if (body === undefined) return undefined;
  newer.body.release();
  const whole = isWhole(part);
  return {
    ...newer,
    fields,
    typed,
    body,
    status: whole ? 200 : 206,
    part: whole ? undefined : part,
    // What invalidates one of them invalidates both.
    tags: [...new Set([...older.tags, ...newer.tags])],
    began: Math.min(older.began, newer.began),
    checkedAt: Math.min(older.checkedAt, newer.checkedAt),
    isPurged: older.isPurged || newer.isPurged,
    staleSince: Math.min(older.staleSince, newer.staleSince),
  };
}

/** All bytes of both are copied, so a short part waits beside a long one until there is more of it. */
function isWorthCopying(newer: Part, older: Part): boolean {
  const [short = 0, long = 0] = [rangeLength(newer), rangeLength(older)].sort((a, b) => a - b);
  return isWhole(unionOf(newer, older)) || short >= long * MIN_SHARE || long <= SMALL_PART_BYTES;
}

/** The bytes of both; where they overlap, those of the newer one. */
function bytesOfUnion(newer: StoredResponse, older: StoredResponse): SealedBody | undefined {
  const [own, others] = [newer.body.sealed, older.body.sealed];
  if (own === undefined || others === undefined || newer.part === undefined || older.part === undefined) {
    return undefined;
  }
  const pieces = [own];
  const before = newer.part.first - older.part.first;
  if (before > 0) pieces.unshift(sliceSealed(others, 0, before));
  const after = older.part.last - newer.part.last;
  const length = rangeLength(older.part);
  if (after > 0) pieces.push(sliceSealed(others, length - after, length));
  return joinSealed(pieces);
}
