import { type FieldLine, fieldValue } from "../http/field-lines.ts";
import { formatHttpDate } from "../http/http-date.ts";
import { discard } from "../origin/discard.ts";
import type { OriginClient } from "../origin/origin-client.ts";
import { OriginError } from "../origin/origin-error.ts";
import { reuse } from "../policy/reuse.ts";
import type { NotStoredReason } from "../policy/storability.ts";
import type { StoredMetadata } from "../policy/stored-metadata.ts";
import { confirms, freshenedFields, validatorFields } from "../policy/validation.ts";
import { GrowingBody, type GrowingBodyOptions } from "../storage/growing-body.ts";
import type { ResponseStore, StoredResponse } from "../storage/response-store.ts";
import type { Clock, EpochMs } from "../time/clock.ts";
import type { Flight, FlightHead } from "./flight.ts";
import { forward, type OriginAnswer, responseFields, storableRequest } from "./forward.ts";
import type { RequestRules } from "./normalize-request.ts";
import { assess, type FreshnessDefaults, headOf } from "./store-response.ts";

/** What a fetch works with. */
export interface FetchPorts {
  readonly origin: OriginClient;
  readonly store: ResponseStore;
  readonly clock: Clock;
  readonly rules: RequestRules;
  readonly defaults: FreshnessDefaults;
  readonly bodies: GrowingBodyOptions;
}

/**
 * Fetches a whole representation for a flight: asks the origin, conditionally when there is something to confirm,
 * and starts to receive what may be stored.
 */
export async function fetchResponse(flight: Flight, ports: FetchPorts): Promise<FlightHead> {
  const { validated } = flight;
  try {
    const validators = validated && !ports.origin.once ? validatorFields(validated.fields) : [];
    const answer = await forward(ports.origin, storableRequest(flight.leader, ports.rules, validators), ports.clock);
    if (answer.response.status !== 304) return receive(flight, answer, ports);
    discard(answer.response);
    const confirmed = validated && validators.length > 0 && freshen(flight, validated, answer, ports);
    return confirmed || await fetchUnconditionally(flight, ports);
  } catch (error) {
    return { kind: "failed", error: asOriginError(error) };
  }
}

async function fetchUnconditionally(flight: Flight, ports: FetchPorts): Promise<FlightHead> {
  const answer = await forward(ports.origin, storableRequest(flight.leader, ports.rules, []), ports.clock);
  if (answer.response.status === 304) {
    discard(answer.response);
    // A 304 to a question that was not asked says nothing about any representation.
    throw new OriginError(answer.response.origin, "malformed-response");
  }
  return receive(flight, answer, ports);
}

/** Takes in a full response: into a growing body when it may be stored, else only for the client that asked. */
function receive(flight: Flight, answer: OriginAnswer, ports: FetchPorts): FlightHead {
  const { response } = answer;
  const { metadata, verdict } = assess(flight.leader, headOf(answer), ports.defaults);
  const reason = verdict.store ? wouldHideUsable(response.status, flight, ports) : verdict.reason;
  if (reason !== undefined) return { kind: "unshareable", answer, reason };
  const length = declaredLength(answer);
  const retain = length === undefined || length <= ports.bodies.retainLimit;
  const body = new GrowingBody(response.body, { length, retain, typed: isTyped(metadata) }, ports.bodies);
  const stored = asStored(flight, metadata, body);
  return {
    kind: "representation",
    stored,
    origin: response.origin,
    status: response.status,
    shareable: true,
    kept: body.retained,
  };
}

function asStored(flight: Flight, metadata: StoredMetadata, body: GrowingBody): StoredResponse {
  return { ...metadata, key: flight.leader.key, body, typed: isTyped(metadata), rendered: undefined };
}

function isTyped(metadata: StoredMetadata): boolean {
  return fieldValue(metadata.fields, "content-type") !== undefined;
}

/**
 * An error does not take the place of a response that can still be confirmed, nor of its variants, all of which it
 * would hide where it does not vary as they do; 404 and 410 say it is gone.
 */
function wouldHideUsable(status: number, { leader }: Flight, ports: FetchPorts): NotStoredReason | undefined {
  if (status < 400 || status === 404 || status === 410) return undefined;
  const now = ports.clock.monotonic();
  const hidden = ports.store.get(leader.key)?.some((held) => held.status < 400 && reuse(held, now) !== "expired");
  return hidden ? "error-over-usable" : undefined;
}

function declaredLength({ response }: OriginAnswer): number | undefined {
  if (response.body === null) return 0;
  const length = response.framing === "length" ? fieldValue(response.fields, "content-length") : undefined;
  return length === undefined ? undefined : Number(length);
}

/** Updates a stored response by a 304 (RFC 9111 §4.3.4); `undefined` when the 304 speaks of something else. */
function freshen(
  flight: Flight,
  validated: StoredResponse,
  answer: OriginAnswer,
  ports: FetchPorts,
): FlightHead | undefined {
  const update = responseFields(answer.response);
  if (flight.doomed || !confirms(update, validated)) return undefined;
  const fields = freshenedFields(validated.fields, withDate(update, answer.responseTime));
  const head = { ...headOf(answer), status: validated.status, knownEnd: true, fields };
  const { metadata, verdict } = assess(flight.leader, head, ports.defaults);
  const stored = asStored(flight, metadata, validated.body);
  const kept = verdict.store && ports.store.replace(validated, stored);
  // What is now private must go; that one client is authorised says nothing about what is stored for the others.
  if (!verdict.store && verdict.reason !== "authorization") ports.store.remove(validated.key);
  const { origin } = answer.response;
  return { kind: "representation", stored, origin, status: 304, shareable: verdict.store, kept };
}

/** The stored `Date` is of an earlier response: without one of its own, a 304 is as old as its receipt. */
function withDate(update: FieldLine[], receipt: EpochMs): FieldLine[] {
  return fieldValue(update, "date") === undefined ? [...update, ["date", formatHttpDate(receipt)]] : update;
}

/** Any failure of a fetch as the error the engine knows. */
export function asOriginError(error: unknown): OriginError {
  return error instanceof OriginError ? error : new OriginError("origin", "malformed-response", error);
}
