/** Keeping stored responses up to date by what HEAD tells of them (RFC 9111 §4.3.5). */
import { parseEntityTag, weaklyEqual } from "../http/entity-tag.ts";
import { type FieldLines, fieldValue } from "../http/field-lines.ts";
import { parseHttpDate } from "../http/http-date.ts";
import { forbidsKeeping } from "../policy/storability.ts";
import { freshenedFields } from "../policy/validation.ts";
import { selects, varyNames } from "../policy/vary.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import { isValid, verdictOn } from "../storage/validity.ts";
import type { FetchPorts } from "./fetch-response.ts";
import type { Flight } from "./flight.ts";
import type { OriginAnswer } from "./forward.ts";
import type { CacheRequest } from "./cache-request.ts";
import { headOf, withDate } from "./response-head.ts";
import { assess } from "./store-response.ts";

const VALIDATORS: readonly string[] = ["etag", "last-modified"];

/** A HEAD that has been answered. */
export interface HeadExchange {
  readonly answer: OriginAnswer;
  /** As it was sent: on the board, so that no purge since is forgotten. */
  readonly sent: Flight;
}

/**
 * Updates the stored response that a GET like this HEAD would have selected: with the fields of a 200 that describes
 * the same representation, or to stale where it describes another.
 */
export function freshenByHead(request: CacheRequest, { answer, sent }: HeadExchange, ports: FetchPorts): void {
  if (answer.response.status !== 200 || request.directives.noStore || request.overrides) return;
  const stored = ports.store.get(request.key)?.find((held) => held.part === undefined && selects(held, request));
  // What was fetched since knows more than this answer.
  if (stored === undefined || stored.began > sent.began || stored.receivedAt > sent.departure.startedAt) return;
  if (sent.isOvertaken || stored.status !== 200 || !isValid(stored, ports.purges)) return;
  const fields = answer.fields;
  if (!describes(fields, stored)) {
    ports.store.replace(stored, { ...stored, ...staleNow(stored), rendering: undefined });
    return;
  }
  const update = freshenedFields(stored.fields, withDate(fields, answer.responseTime));
  const head = { ...headOf(answer), fields: update, knownEnd: true };
  const { metadata, verdict } = assess(request.asGet(), head, ports.caching);
  const next = { ...stored, ...metadata, selecting: stored.selecting, rendering: undefined };
  // A soft purge wants it to be confirmed, since then, by what tells it from others.
  const unconfirmed = VALIDATORS.some((name) => fieldValue(fields, name) !== undefined) ? Infinity : stored.staleSince;
  const [before, after] = [stored, next].map((response) => verdictOn(response, sent.began, ports.purges));
  next.staleSince = Math.min(unconfirmed, before!.staleSince ?? Infinity, after!.staleSince ?? Infinity);
  if (after!.dead) ports.store.discard(stored); // by a tag that it has only now
  else if (verdict.store) ports.store.replace(stored, next);
  else if (forbidsKeeping(verdict)) ports.store.remove(stored.uri);
}

/** Whether the validators and the length in a HEAD response, as far as there are any, are those of a stored response. */
function describes(fields: FieldLines, stored: StoredResponse): boolean {
  // What varies otherwise may be another variant.
  if (String(varyNames(fields)) !== String(stored.selecting.names)) return false;
  const tag = parseEntityTag(fieldValue(fields, "etag"));
  if (tag !== undefined && (stored.entityTag === undefined || !weaklyEqual(tag, stored.entityTag))) return false;
  const lastModified = fieldValue(fields, "last-modified");
  if (lastModified !== undefined && parseHttpDate(lastModified, stored.date) !== stored.lastModified) return false;
  const length = fieldValue(fields, "content-length");
  return length === undefined || Number(length) === stored.body.length;
}

/** Stale from now on, and only good to be validated. */
function staleNow({ windows: { keep } }: StoredResponse): Pick<StoredResponse, "freshnessLifetime" | "windows"> {
  return { freshnessLifetime: 0, windows: { staleWhileRevalidate: 0, staleIfError: 0, keep } };
}
