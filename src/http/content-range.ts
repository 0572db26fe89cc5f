import type { ByteRange } from "./byte-range.ts";

/** Which bytes of a representation a partial response carries (RFC 9110 §14.4). */
export interface ContentRange extends ByteRange {
  /** Length of the whole representation, where the sender knew it. */
  readonly completeLength: number | undefined;
}

const CONTENT_RANGE = /^bytes ([0-9]+)-([0-9]+)\/([0-9]+|\*)$/i;

/**
 * The bytes that a `Content-Range` value names, or `undefined` for anything inexact: another unit, a length alone,
 * positions that contradict each other, or numbers too large to be exact. Whoever puts parts together must be sure
 * of every byte, so nothing is guessed (RFC 9110 §14.4).
 */
export function parseContentRange(value: string | undefined): ContentRange | undefined {
  const match = value === undefined ? null : CONTENT_RANGE.exec(value);
  if (!match) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2]);
  const completeLength = match[3] === "*" ? undefined : Number(match[3]);
  const isExact = [first, last, completeLength ?? 0].every(Number.isSafeInteger);
  const isValid = first <= last && last < (completeLength ?? Infinity);
  return isExact && isValid ? { first, last, completeLength } : undefined;
}

/** The `Content-Range` value of a range; a length that is not known is written as `*`. */
export function formatContentRange({ first, last }: ByteRange, completeLength: number | undefined): string {
  return `bytes ${first}-${last}/${completeLength ?? "*"}`;
}
