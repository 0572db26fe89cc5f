/** What a `Range` field asks of a representation of known length. Positions are inclusive, as on the wire. */
export type RangeRequest =
  | { kind: "range"; first: number; last: number }
  | { kind: "unsatisfiable" }
  /** No range, one that cannot be read, or several: the whole representation is the answer (RFC 9110 §14.2). */
  | { kind: "whole" };

const WHOLE: RangeRequest = { kind: "whole" };
const UNSATISFIABLE: RangeRequest = { kind: "unsatisfiable" };
const SINGLE_RANGE = /^bytes=[ \t]*(?:([0-9]+)-([0-9]*)|-([0-9]+))[ \t]*$/i;

/** Which bytes of a representation of `length` bytes a `Range` value selects (RFC 9110 §14.1.2). */
export function selectByteRange(value: string, length: number): RangeRequest {
  const match = SINGLE_RANGE.exec(value);
  if (!match) return WHOLE;
  const [, firstText, lastText, suffixText] = match;
  if (suffixText !== undefined) return suffixRange(Number(suffixText), length);
  const first = Number(firstText);
  const last = lastText ? Number(lastText) : Infinity;
  if (last < first) return WHOLE; // an invalid range is ignored
  if (first >= length) return UNSATISFIABLE;
  return { kind: "range", first, last: Math.min(last, length - 1) };
}

function suffixRange(suffix: number, length: number): RangeRequest {
  if (suffix === 0) return UNSATISFIABLE;
  if (length === 0) return WHOLE; // satisfiable (RFC 9110 §14.1.2), but no Content-Range can say "no bytes"
  return { kind: "range", first: Math.max(0, length - suffix), last: length - 1 };
}
