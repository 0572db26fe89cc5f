/**
 * One fetch, from the question to the head of what it brings: a whole representation, a range of one, the rest of one,
 * or the confirmation of one that is stored.
 */
import { rangeLength } from "../http/byte-range.ts";
import type { FieldLine } from "../http/field-lines.ts";
import { discard } from "../origin/discard.ts";
import type { ExtraRequests } from "../origin/extra-requests.ts";
import type { OriginClient } from "../origin/origin-client.ts";
import { OriginError } from "../origin/origin-error.ts";
import { missingRange, partOf } from "../policy/partial.ts";
import type { NotStoredReason } from "../policy/storability.ts";
import type { StoredMetadata } from "../policy/stored-metadata.ts";
import { validatorFields } from "../policy/validation.ts";
import type { GrowingBodyOptions } from "../storage/body-settings.ts";
import { type BodyBytes, GrowingBody } from "../storage/growing-body.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import { isUntouched, isValid } from "../storage/validity.ts";
import type { Clock } from "../time/clock.ts";
import type { CachingRules } from "./caching-rules.ts";
import { completedBody, completedHead, completionFields } from "./complete-part.ts";
import type { Flight, FlightHead } from "./flight.ts";
import type { Foresight } from "./foresight.ts";
import { forward, type OriginAnswer, storableRequest } from "./forward.ts";
import { alternativesFor, confirmedBy, freshen, mayBeConfirmed, withAlternatives } from "./freshen.ts";
import type { LookupPorts } from "./lookup.ts";
import { rangeFields } from "./purpose.ts";
import { refillOf } from "./refill-body.ts";
import type { RequestRules } from "./cache-request.ts";
import { declaredLength, headOf, headOfPart, type ResponseHead } from "./response-head.ts";
import { assess, asStored, isTyped } from "./store-response.ts";

/** What a fetch works with. */
export interface FetchPorts extends LookupPorts {
  readonly origin: OriginClient;
  readonly clock: Clock;
  readonly rules: RequestRules;
  readonly caching: CachingRules;
  readonly bodies: GrowingBodyOptions;
  readonly foresight: Foresight;
  /** Requests beyond those that clients cause. */
  readonly retries: ExtraRequests;
}

/** Asks the origin for what a flight is about, and starts to receive what may be stored. Never rejects. */
export async function fetchResponse(flight: Flight, ports: FetchPorts): Promise<FlightHead> {
  try {
    const { purpose } = flight;
    if (purpose.completes !== undefined) return await fetchRest(flight, purpose.completes, ports);
    return await fetchAsAsked(flight, ports);
  } catch (error) {
    return { kind: "failed", error: asOriginError(error) };
  }
}

/** The whole, or the range the flight is for; conditional when something stored could be confirmed (RFC 9111 §4.3). */
async function fetchAsAsked(flight: Flight, ports: FetchPorts): Promise<FlightHead> {
  const { validated } = flight.purpose;
  const alternatives = ports.origin.once ? [] : alternativesFor(flight, ports);
  const validators = validated && !ports.origin.once ? validatorFields(validated.fields) : [];
  const conditions = withAlternatives(validators, alternatives);
  const answer = await ask(flight, ports, [...conditions, ...rangeFields(flight)]);
  if (answer.response.status !== 304) return receive(flight, answer, ports);
  discard(answer.response);
  const candidates = { validated: validators.length > 0 ? validated : undefined, alternatives };
  const confirmed = confirmedBy(answer.fields, candidates);
  const head = confirmed && freshen(flight, { confirmed, answer }, ports);
  return head ?? await fetchUnconditionally(flight, ports);
}

async function fetchUnconditionally(flight: Flight, ports: FetchPorts): Promise<FlightHead> {
  const answer = await ask(flight, ports, rangeFields(flight));
  if (answer.response.status === 304) {
    discard(answer.response);
    // A 304 to a question that was not asked says nothing about any representation.
    throw new OriginError(answer.response.origin, "malformed-response");
  }
  return receive(flight, answer, ports);
}

/** The rest of a stored part, and with it the whole (RFC 9111 §3.4); the whole itself where they do not fit together. */
async function fetchRest(flight: Flight, stored: StoredResponse, ports: FetchPorts): Promise<FlightHead> {
  const missing = stored.part && missingRange(stored.part);
  const question = missing && completionFields(stored, missing);
  if (missing === undefined || question === undefined) return await fetchUnconditionally(flight, ports);
  const answer = await ask(flight, ports, question);
  const { response } = answer;
  if (response.status !== 206 && !ANSWERS_TO_CONDITIONS.has(response.status)) return receive(flight, answer, ports);
  // Purged neither before the rest was asked for nor since, whatever the rest says of itself.
  const isCurrent = isValid(stored, ports.purges) && isUntouched(stored, flight.began, ports.purges);
  const head = response.status === 206 && isCurrent ? completedHead(stored, missing, answer) : undefined;
  // What may not be stored is nobody's to put together: the client gets it as the origin makes it for this client.
  if (head !== undefined && assess(flight.leader, head, ports.caching).verdict.store) {
    return take(flight, answer, { head, ...completedBody(stored, missing, response.body), part: stored }, ports);
  }
  discard(response);
  return await fetchUnconditionally(flight, ports);
}

/** They answer the question for a range, which the client did not ask. */
const ANSWERS_TO_CONDITIONS: ReadonlySet<number> = new Set([304, 412, 416]);

function ask(flight: Flight, ports: FetchPorts, conditions: readonly FieldLine[]): Promise<OriginAnswer> {
  return forward(ports.origin, storableRequest(flight.leader, ports.rules, conditions), ports.clock);
}

/** A response to be taken in: its head, and where its bytes come from. */
interface Intake {
  readonly head: ResponseHead;
  readonly source: BodyBytes;
  /** Number of bytes; `undefined` when unknown. */
  readonly length: number | undefined;
  /** What was stored of it before. */
  readonly part?: StoredResponse;
}

/** Takes in a response: into a growing body when it may be stored or shared, else only for the client that asked. */
function receive(flight: Flight, answer: OriginAnswer, ports: FetchPorts): FlightHead {
  const { range } = flight.purpose;
  const head = headOf(answer);
  const { whole } = answer.response;
  const source = whole ?? answer.response.body;
  const part = range && head.status === 206 ? partOf(head.fields, range) : undefined;
  if (part === undefined) {
    return take(flight, answer, { head, source, length: whole?.byteLength ?? declaredLength(answer.response) }, ports);
  }
  const length = rangeLength(part);
  return take(flight, answer, { head: headOfPart(head, part), source, length }, ports);
}

function take(
  flight: Flight,
  answer: OriginAnswer,
  { head, source, length, part }: Intake,
  ports: FetchPorts,
): FlightHead {
  const assessment = assess(flight.leader, head, ports.caching);
  const { verdict } = assessment;
  const reason = verdict.store ? reasonNotToKeep(head.status, flight, ports) : verdict.reason;
  const sharedOnce = assessment.sharedOnce && (reason === undefined || reason === "no-freshness");
  const isShared = reason === undefined || reason === "hedge" || (sharedOnce && flight.isAwaited);
  if (!isShared) return { kind: "unshareable", answer, reason, sharedOnce };
  const { withheld } = assessment;
  // What invalidates a part of it invalidates all.
  const metadata = part === undefined ? assessment.metadata : withTagsOf(part, assessment.metadata);
  const isTooLarge = length === undefined
    ? ports.foresight.keys.of(flight.leader.key).isTooLarge
    : length > ports.bodies.retainLimit;
  const refill = refillOf({ request: flight.leader, head, length }, ports);
  const facts = { length, retain: !isTooLarge, typed: isTyped(metadata), isForStore: reason === undefined, refill };
  const body = new GrowingBody(source, facts, ports.bodies);
  return {
    kind: "representation",
    stored: asStored(flight, metadata, body),
    origin: answer.response.origin,
    status: answer.response.status,
    shareable: true,
    sharedOnce,
    notKept: reason ?? (body.retained ? undefined : "too-large"),
    withheld,
  };
}

function withTagsOf(part: StoredResponse, metadata: StoredMetadata): StoredMetadata {
  return { ...metadata, tags: [...new Set([...part.tags, ...metadata.tags])] };
}

function reasonNotToKeep(status: number, flight: Flight, ports: FetchPorts): NotStoredReason | undefined {
  return flight.departure.boarding === "hedge" ? "hedge" : wouldHideUsable(status, flight, ports);
}

/**
 * An error does not take the place of a response that can still be confirmed, nor of its variants, all of which it
 * would hide where it does not vary as they do; 404 and 410 say it is gone.
 */
function wouldHideUsable(status: number, { leader }: Flight, ports: FetchPorts): NotStoredReason | undefined {
  if (status < 400 || status === 404 || status === 410) return undefined;
  const hidden = ports.store.get(leader.key)?.some((held) => held.status < 400 && mayBeConfirmed(held, ports));
  return hidden ? "error-over-usable" : undefined;
}

/** Any failure of a fetch as the error the engine knows. */
export function asOriginError(error: unknown): OriginError {
  return error instanceof OriginError ? error : new OriginError("origin", "malformed-response", error);
}
