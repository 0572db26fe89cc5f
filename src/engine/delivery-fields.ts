import type { FieldLines } from "../http/field-lines.ts";
import { isOfContent } from "../policy/validation.ts";

/** Header fields by lower-case name, repeated lines combined (RFC 9110 §5.3). */
export type FieldRecord = Record<string, string>;

/** Whether responses of a status never have a body (RFC 9110 §15.3.5, §15.3.6, §15.4.5). */
export function isBodiless(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

/** Whether a length would promise a body that a status cannot have, and the client wait for it (RFC 9110 §8.6, §15.3.6). */
export function isLengthless(status: number): boolean {
  return status === 204 || status === 205;
}

/** Fields about a body that is not sent; what else a 304 repeats updates the client's copy (RFC 9110 §15.4.5). */
const BODY_FIELDS: ReadonlySet<string> = new Set([
  ...["content-type", "content-encoding", "content-language", "content-range", "content-length"],
]);

/** Field lines as a record, without those of `Set-Cookie`, which may not be combined (RFC 9110 §5.3). */
export function recordOf(fields: FieldLines): FieldRecord {
  const record: FieldRecord = Object.create(null);
  for (const [name, value] of fields) {
    if (name === "set-cookie") continue;
    const earlier = record[name];
    record[name] = earlier === undefined ? value : `${earlier}, ${value}`;
  }
  return record;
}

/** `fields` with those of `lines` that set cookies: they are only ever for the one client that caused a fetch. */
export function withCookies(fields: FieldRecord, lines: FieldLines): HeadersInit {
  const cookies = lines.filter(([name]) => name === "set-cookie");
  return cookies.length === 0 ? fields : [...Object.entries(fields), ...cookies].map(([name, value]) => [name, value]);
}

/** The same fields without those that describe a body. */
export function bodilessFields(fields: FieldRecord): FieldRecord {
  const kept = { ...fields };
  for (const name of Object.keys(kept)) if (BODY_FIELDS.has(name) || isOfContent(name)) delete kept[name];
  return kept;
}

/** Whether a field tells caches what to do with a response; those of RFC 9213 outweigh `Cache-Control` there. */
function isAboutReuse(name: string): boolean {
  return REUSE_FIELDS.has(name) || name.endsWith("-cache-control");
}

const REUSE_FIELDS: ReadonlySet<string> = new Set([
  ...["age", "cache-groups", "expires", "no-vary-search", "surrogate-control"],
]);

/** Fields of an answer that refuses a condition or range: how long the response stays fresh says nothing of it. */
export function refusalFields(fields: FieldRecord): FieldRecord {
  const kept = bodilessFields(fields);
  for (const name of Object.keys(kept)) if (isAboutReuse(name)) delete kept[name];
  return { ...kept, "cache-control": "no-store" };
}
