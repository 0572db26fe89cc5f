/** Storing the answer to a POST for later GETs (RFC 9110 §9.3.3). */
import { type FieldLines, fieldValue } from "../http/field-lines.ts";
import type { OriginClient } from "../origin/origin-client.ts";
import type { StoredMetadata } from "../policy/stored-metadata.ts";
import { GrowingBody } from "../storage/growing-body.ts";
import { isUntouched } from "../storage/validity.ts";
import type { BackgroundTasks } from "./background.ts";
import type { CachingRules } from "./caching-rules.ts";
import type { FetchPorts } from "./fetch-response.ts";
import type { Departure } from "./flight.ts";
import { clientRequest, forward, type OriginAnswer } from "./forward.ts";
import { type Invalidation, resolveReference } from "./invalidate.ts";
import type { FlightBoard } from "./key-flights.ts";
import type { CacheRequest, RequestRules } from "./cache-request.ts";
import { keyOf } from "./normalize-request.ts";
import { storeReceived } from "./store-received.ts";
import { declaredLength, headOf } from "./response-head.ts";
import { assess, asStored, isTyped } from "./store-response.ts";

/** What a POST may change. */
export interface PostPorts extends FetchPorts {
  readonly board: FlightBoard;
  readonly background: BackgroundTasks;
  readonly invalidation: Invalidation;
}

/** The answer to a request that was passed on. */
export interface Passed {
  readonly answer: OriginAnswer;
  /** Whether it will be stored once it is complete. */
  readonly isKept: boolean;
}

/** What nobody can wait for. */
export function alone(request: CacheRequest, { foresight, clock }: PostPorts): Departure {
  const purpose = { validated: undefined };
  const startedAt = clock.monotonic();
  return { purpose, boarding: "posted", route: foresight.route(request), startedAt, ageLimit: Infinity };
}

/**
 * Sends a POST. What it made untrue is invalidated; and where its answer says that it is what a GET of the same URI
 * would get, and for how long, it is stored for those.
 */
export async function storePosted(
  origin: OriginClient,
  request: CacheRequest,
  ports: PostPorts,
): Promise<Passed> {
  const sent = ports.board.open(request.asGet(), alone(request, ports));
  try {
    const answer = await forward(origin, clientRequest(request, ports.rules), ports.clock);
    const get = request.asGet();
    const metadata = metadataToKeep(get, answer, ports);
    // Purged by somebody else, meanwhile: then nobody knows which of the two came first.
    const isCurrent = metadata !== undefined && !sent.isOvertaken &&
      isUntouched({ ...metadata, uri: get.uri }, sent.began, ports.purges);
    ports.invalidation.byAnswer(request, answer.response.status, answer.fields);
    return isCurrent ? keep(get, { answer, metadata }, ports) : { answer, isKept: false };
  } finally {
    ports.board.close(sent);
  }
}

interface Posted {
  readonly answer: OriginAnswer;
  readonly metadata: StoredMetadata;
}

/** What may be stored of the answer to a POST; `undefined` where it may not be. */
function metadataToKeep(request: CacheRequest, answer: OriginAnswer, ports: PostPorts): StoredMetadata | undefined {
  const head = headOf(answer);
  const isWanted = head.status >= 200 && head.status < 300 && !request.directives.noStore && !request.overrides;
  if (!isWanted || !isAnswerToGet(request, head.fields, ports.rules)) return undefined;
  const { metadata, verdict } = assess(request, head, withoutGuessing(ports.caching));
  return verdict.store && metadata.freshnessLifetime > 0 ? metadata : undefined;
}

/** Stores it as of now, behind what it has itself made untrue. */
function keep(request: CacheRequest, { answer, metadata }: Posted, ports: PostPorts): Passed {
  const facts = { length: declaredLength(answer.response), retain: true, typed: isTyped(metadata) };
  const body = new GrowingBody(answer.response.body, facts, ports.bodies);
  const flight = ports.board.open(request, alone(request, ports));
  ports.background.run(async () => {
    try {
      await storeReceived(flight, asStored(flight, metadata, body), ports);
    } finally {
      ports.board.close(flight);
    }
  });
  return { answer: { ...answer, response: { ...answer.response, body: body.read(() => {}) } }, isKept: body.retained };
}

/** Whether the answer is said to be a representation of the very URI that was posted to. */
function isAnswerToGet(request: CacheRequest, fields: FieldLines, rules: RequestRules): boolean {
  const location = resolveReference(fieldValue(fields, "content-location"), request.uri);
  return location !== undefined && keyOf(location, rules) === request.uri;
}

/** Only explicit freshness counts (RFC 9110 §9.3.3). */
function withoutGuessing(caching: CachingRules): CachingRules {
  return { ...caching, freshness: { ...caching.freshness, heuristic: false } };
}
