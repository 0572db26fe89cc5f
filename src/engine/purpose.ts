import { formatRangeSpec } from "../http/byte-range.ts";
import type { FieldLine } from "../http/field-lines.ts";
import type { OriginClient } from "../origin/origin-client.ts";
import { missingRange } from "../policy/partial.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import type { Flight, FlightPurpose } from "./flight.ts";
import type { Miss } from "./lookup.ts";
import type { CacheRequest } from "./cache-request.ts";

/**
 * What a fetch for a miss should be about: the range that is asked for, so that a short range never makes the origin
 * send all of a large file; the rest of what is stored in part; or the whole, conditional on what is stored.
 */
export function purposeOf(found: Miss, request: CacheRequest, origin: OriginClient): FlightPurpose {
  const { validated, partial } = found;
  // The rest of a middleware chain runs once, so what it gives is taken whole.
  if (origin.once) return { validated };
  if (validated === undefined || validated.part !== undefined) {
    const range = request.range;
    if (range !== undefined && !isEverything(range)) return { validated, range };
    if (partial !== undefined && isCompletable(partial)) return { validated: undefined, completes: partial };
  }
  return { validated: validated?.part === undefined ? validated : undefined };
}

/** `bytes=0-` asks for the whole, and can so be answered for others who want the whole. */
function isEverything(range: NonNullable<CacheRequest["range"]>): boolean {
  return "first" in range && range.first === 0 && range.last === undefined;
}

function isCompletable({ part, body, entityTag }: StoredResponse): boolean {
  return part !== undefined && body.sealed !== undefined && !entityTag?.weak && missingRange(part) !== undefined;
}

/** The range of the flight, under the client's condition: others wait for it only if theirs is the same. */
export function rangeFields({ purpose: { range }, leader }: Flight): FieldLine[] {
  if (range === undefined) return [];
  const fields: FieldLine[] = [["range", formatRangeSpec(range)]];
  const condition = leader.header("if-range");
  if (condition !== null) fields.push(["if-range", condition]);
  return fields;
}
