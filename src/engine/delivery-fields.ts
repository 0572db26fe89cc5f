import type { FieldLines } from "../http/field-lines.ts";

/** Header fields by lower-case name, repeated lines combined (RFC 9110 §5.3). */
export type FieldRecord = Record<string, string>;

/** Fields about a body that is not sent; what else a 304 repeats updates the client's copy (RFC 9110 §15.4.5). */
const BODY_FIELDS = ["content-type", "content-encoding", "content-language", "content-range", "content-length"];

/** Field lines as a record. Not for responses with `Set-Cookie`, whose lines may not be combined. */
export function recordOf(fields: FieldLines): FieldRecord {
  const record: FieldRecord = Object.create(null);
  for (const [name, value] of fields) {
    const earlier = record[name];
    record[name] = earlier === undefined ? value : `${earlier}, ${value}`;
  }
  return record;
}

/** The same fields without those that describe a body. */
export function bodilessFields(fields: FieldRecord): FieldRecord {
  const kept = { ...fields };
  for (const name of BODY_FIELDS) delete kept[name];
  return kept;
}
