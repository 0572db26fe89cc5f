/**
 * Confirming stored responses (RFC 9111 §4.3): what the origin is asked to confirm, which stored response a 304 speaks
 * of, and what becomes of it.
 */
import { type EntityTag, parseEntityTag, stronglyEqual } from "../http/entity-tag.ts";
import { type FieldLine, type FieldLines, fieldValue } from "../http/field-lines.ts";
import { reuse } from "../policy/reuse.ts";
import { forbidsKeeping } from "../policy/storability.ts";
import { confirms, freshenedFields } from "../policy/validation.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import { isValid, verdictOn } from "../storage/validity.ts";
import type { FetchPorts } from "./fetch-response.ts";
import type { Flight, FlightHead } from "./flight.ts";
import type { OriginAnswer } from "./forward.ts";
import { headOf, withDate } from "./response-head.ts";
import { assess, asStored } from "./store-response.ts";

/** More tags than this are not sent in one question. */
const MAX_ALTERNATIVES = 16;
const MAX_TAG_LENGTH = 128;

/** Stored responses that a 304 may speak of. */
export interface Candidates {
  /** The one that the request selects. */
  readonly validated: StoredResponse | undefined;
  /** Other variants, whose tags were sent as well. */
  readonly alternatives: readonly StoredResponse[];
}

/**
 * Other stored variants that the origin might choose for the request of a flight: their tags go into the same question
 * (RFC 9111 §4.3.1). Only strong tags, for a weak one may be that of the same page in a coding the client cannot read;
 * and none beside a response without a tag, whose date would then be ignored (RFC 9110 §13.1.3).
 */
export function alternativesFor({ leader, purpose }: Flight, ports: FetchPorts): readonly StoredResponse[] {
  const { validated, range } = purpose;
  if (range !== undefined || (validated !== undefined && validated.entityTag === undefined)) return [];
  const others = (ports.store.get(leader.key) ?? []).filter((stored) =>
    stored !== validated && stored.part === undefined && stored.status === 200 && stored.entityTag?.weak === false &&
    mayBeConfirmed(stored, ports)
  );
  return others.slice(0, MAX_ALTERNATIVES).filter(({ entityTag }) => entityTag!.opaque.length <= MAX_TAG_LENGTH);
}

/** What was invalidated, or is kept no longer, is not asked about: it would come back to life. */
export function mayBeConfirmed(stored: StoredResponse, { purges, clock }: FetchPorts): boolean {
  return isValid(stored, purges) && reuse(stored, clock.monotonic()) !== "expired";
}

/** The conditions of a question about one response, extended to others. */
export function withAlternatives(validators: FieldLines, alternatives: readonly StoredResponse[]): FieldLine[] {
  if (alternatives.length === 0) return [...validators];
  const own = fieldValue(validators, "if-none-match");
  const tags = alternatives.map(({ fields }) => fieldValue(fields, "etag"));
  const list = [...new Set([own, ...tags])].filter((tag) => tag !== undefined).join(", ");
  return [...validators.filter(([name]) => name !== "if-none-match"), ["if-none-match", list]];
}

/** The stored response that a 304 speaks of (RFC 9111 §4.3.4); `undefined` where that is not certain. */
export function confirmedBy(notModified: FieldLines, candidates: Candidates): StoredResponse | undefined {
  const { validated, alternatives } = candidates;
  const tag = parseEntityTag(fieldValue(notModified, "etag"));
  if (tag === undefined && alternatives.length > 0) return undefined;
  if (validated !== undefined && confirms(notModified, validated)) return validated;
  return tag && alternatives.find((stored) => hasTag(stored, tag));
}

function hasTag({ entityTag }: StoredResponse, tag: EntityTag): boolean {
  return entityTag !== undefined && stronglyEqual(entityTag, tag);
}

/** What a 304 confirms. */
interface Confirmation {
  readonly confirmed: StoredResponse;
  readonly answer: OriginAnswer;
}

/**
 * Updates a stored response by a 304 (RFC 9111 §4.3.4). Where the origin chose another variant than the request
 * selected, that is stored for such requests too, with the same body. `undefined` when it may no longer be used.
 */
export function freshen(
  flight: Flight,
  { confirmed, answer }: Confirmation,
  ports: FetchPorts,
): FlightHead | undefined {
  if (!isValid(confirmed, ports.purges)) return undefined;
  const update = withDate(answer.fields, answer.responseTime);
  const fields = freshenedFields(confirmed.fields, update);
  const head = { ...headOf(answer), status: confirmed.status, knownEnd: true, fields, part: confirmed.part };
  const { metadata, verdict, sharedOnce, withheld } = assess(flight.leader, head, ports.caching);
  const stored = asStored(flight, metadata, confirmed.body);
  if (!isValid(stored, ports.purges)) return undefined; // by a tag that it has only now
  // Nor is what was asked before a soft purge an answer to it, even if it takes the tag away.
  const { staleSince = Infinity } = verdictOn(confirmed, flight.began, ports.purges);
  stored.staleSince = Math.min(stored.staleSince, staleSince);
  const isHedge = flight.departure.boarding === "hedge"; // then another fetch sees to the store
  const isKept = verdict.store && !isHedge && keep(stored, confirmed, { flight, ports });
  if (forbidsKeeping(verdict)) ports.store.remove(confirmed.uri);
  const notKept = verdict.store ? (isKept ? undefined : isHedge ? "hedge" : "no-room") : verdict.reason;
  const { origin } = answer.response;
  return {
    kind: "representation",
    stored,
    origin,
    status: 304,
    shareable: verdict.store,
    sharedOnce,
    notKept,
    withheld,
  };
}

interface Keeping {
  readonly flight: Flight;
  readonly ports: FetchPorts;
}

function keep(stored: StoredResponse, confirmed: StoredResponse, { flight, ports }: Keeping): boolean {
  ports.aliases.learn(stored);
  if (flight.purpose.validated === confirmed) return ports.store.replace(confirmed, stored);
  // The confirmed variant is as fresh now as the one that was asked for.
  const { key, uri, selecting } = confirmed;
  const isHeld = ports.store.replace(confirmed, { ...stored, key, uri, selecting, rendering: undefined });
  if (!isHeld) return false;
  stored.body.share();
  if (ports.store.put(stored)) return true;
  stored.body.release();
  return false;
}
