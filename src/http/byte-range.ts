import { listMembers } from "./field-list.ts";

/** Bytes of a representation. Both positions are inclusive, as on the wire. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** What a `Range` field asks of a representation of known length. */
export type RangeRequest =
  /** One range or more, in the order asked, none outside the representation and none touching a byte of another. */
  | { readonly kind: "ranges"; readonly ranges: readonly ByteRange[] }
  | { readonly kind: "unsatisfiable" }
  /** No range, one that cannot be read, or too many: the whole representation is the answer (RFC 9110 §14.2). */
  | { readonly kind: "whole" };

/** One range as it was asked, before the length is known. Without `last` it goes to the end. */
export type RangeSpec =
  | { readonly first: number; readonly last: number | undefined }
  | { readonly suffix: number };

/** Number of bytes in a range. */
export function rangeLength({ first, last }: ByteRange): number {
  return last - first + 1;
}

const WHOLE: RangeRequest = { kind: "whole" };
const UNSATISFIABLE: RangeRequest = { kind: "unsatisfiable" };

/** Enough for readers of documents and films, and few enough to keep a small request from costing much (§17.15). */
const MAX_RANGES = 8;

/**
 * Which bytes of a representation of `length` bytes a `Range` value selects (RFC 9110 §14.1.2). Of several ranges
 * those past the end are left out. More than eight, or two that overlap, get the whole representation (§14.2).
 */
export function selectByteRanges(value: string, length: number): RangeRequest {
  const specs = rangeSpecs(value);
  if (specs === undefined) return WHOLE;
  // A suffix of nothing is satisfiable (§14.1.2), but no Content-Range can say "no bytes".
  if (length === 0 && specs.some((spec) => "suffix" in spec && spec.suffix > 0)) return WHOLE;
  const ranges = specs.map((spec) => resolveRangeSpec(spec, length)).filter((range) => range !== undefined);
  if (ranges.length === 0) return UNSATISFIABLE;
  return anyOverlap(ranges) ? WHOLE : { kind: "ranges", ranges };
}

/** The range of a `Range` value that asks for exactly one; `undefined` for several, or when it cannot be read. */
export function singleRangeSpec(value: string): RangeSpec | undefined {
  const specs = rangeSpecs(value);
  return specs?.length === 1 ? specs[0] : undefined;
}

/** The bytes that a range means in a representation of `length` bytes; `undefined` when it has none of them. */
export function resolveRangeSpec(spec: RangeSpec, length: number): ByteRange | undefined {
  if ("suffix" in spec) {
    const isEmpty = spec.suffix === 0 || length === 0;
    return isEmpty ? undefined : { first: Math.max(0, length - spec.suffix), last: length - 1 };
  }
  if (spec.first >= length) return undefined;
  return { first: spec.first, last: Math.min(spec.last ?? Infinity, length - 1) };
}

/** The `Range` value that asks for one range, in the same spelling however the client wrote it: `bytes=0-9`. */
export function formatRangeSpec(spec: RangeSpec): string {
  return "suffix" in spec ? `bytes=-${spec.suffix}` : `bytes=${spec.first}-${spec.last ?? ""}`;
}

const UNIT = "bytes=";

/** All ranges of a value, or `undefined` when one of them is invalid, or there are none or too many. */
function rangeSpecs(value: string): RangeSpec[] | undefined {
  if (value.slice(0, UNIT.length).toLowerCase() !== UNIT) return undefined;
  const members = listMembers(value.slice(UNIT.length));
  if (members.length === 0 || members.length > MAX_RANGES) return undefined;
  const specs = members.map(parseRangeSpec).filter((spec) => spec !== undefined);
  return specs.length === members.length ? specs : undefined;
}

const RANGE_SPEC = /^(?:([0-9]+)-([0-9]*)|-([0-9]+))$/;

function parseRangeSpec(text: string): RangeSpec | undefined {
  const match = RANGE_SPEC.exec(text);
  if (!match) return undefined;
  const [, firstText, lastText, suffixText] = match;
  if (suffixText !== undefined) return { suffix: position(suffixText) };
  const first = position(firstText);
  if (!lastText) return { first, last: undefined };
  if (Number(lastText) < first) return undefined;
  // No representation reaches as far as numbers are exact, so a last position beyond that means "to the end".
  return { first, last: Number.isSafeInteger(Number(lastText)) ? Number(lastText) : undefined };
}

/** A position, brought down to the largest exact number: as far past the end of every representation as itself. */
function position(text: string | undefined): number {
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
}

function anyOverlap(ranges: readonly ByteRange[]): boolean {
  const sorted = ranges.toSorted((a, b) => a.first - b.first);
  return sorted.some(({ first }, index) => first <= (sorted[index - 1]?.last ?? -1));
}
