/** Storing the answer to a POST for later GETs (RFC 9110 §9.3.3). */
import { type FieldLines, fieldValue } from "../http/field-lines.ts";
import type { OriginClient } from "../origin/origin-client.ts";
import { GrowingBody } from "../storage/growing-body.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import type { BackgroundTasks } from "./background.ts";
import type { CachingRules } from "./caching-rules.ts";
import type { Coalescer } from "./coalescer.ts";
import type { FetchPorts } from "./fetch-response.ts";
import type { Flight } from "./flight.ts";
import { clientRequest, forward, type OriginAnswer, responseFields } from "./forward.ts";
import { type Invalidation, resolveReference } from "./invalidate.ts";
import { type CacheRequest, keyOf, type RequestRules } from "./normalize-request.ts";
import { assess, asStored, headOf, isTyped } from "./store-response.ts";

/** What a POST may change. */
export interface PostPorts extends FetchPorts {
  readonly coalescer: Coalescer;
  readonly background: BackgroundTasks;
  readonly invalidation: Invalidation;
}

const ALONE = { validated: undefined, joinable: false };

/**
 * Sends a POST. What it made untrue is invalidated; and where its answer says that it is what a GET of the same URI
 * would get, and for how long, it is stored for those.
 */
export async function storePosted(
  origin: OriginClient,
  request: CacheRequest,
  ports: PostPorts,
): Promise<OriginAnswer> {
  const sent = ports.coalescer.open(request.asGet(), undefined, ALONE);
  try {
    const answer = await forward(origin, clientRequest(request, ports.rules), ports.clock);
    // By somebody else, meanwhile: then nobody knows which of the two came first.
    const wasInvalidated = sent.doomed || ports.epochs.sequence !== sent.began;
    ports.invalidation.byAnswer(request, answer.response.status, responseFields(answer.response));
    return wasInvalidated || request.directives.noStore ? answer : keepFor(request.asGet(), answer, ports);
  } finally {
    ports.coalescer.close(sent);
  }
}

function keepFor(request: CacheRequest, answer: OriginAnswer, ports: PostPorts): OriginAnswer {
  const head = headOf(answer);
  // An error says how the POST went, and not what is there (RFC 9110 §8.7).
  if (head.status >= 300 || !isAnswerToGet(request, head.fields, ports.rules)) return answer;
  const { metadata, verdict } = assess(request, head, withoutGuessing(ports.caching));
  if (!verdict.store || metadata.freshnessLifetime <= 0) return answer;
  const declared = Number(fieldValue(head.fields, "content-length") ?? NaN);
  const length = Number.isSafeInteger(declared) ? declared : undefined;
  const facts = { length, retain: true, typed: isTyped(metadata) };
  const body = new GrowingBody(answer.response.body, facts, ports.bodies);
  const flight = ports.coalescer.open(request, undefined, ALONE);
  ports.background.run(() => store(flight, asStored(flight, metadata, body), ports));
  return { ...answer, response: { ...answer.response, body: body.read(() => {}) } };
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

async function store(flight: Flight, stored: StoredResponse, ports: PostPorts): Promise<void> {
  try {
    if (await stored.body.done !== "retained") return;
    const isWanted = !flight.doomed && ports.epochs.isAlive(stored.groups, stored.began);
    if (!isWanted || !ports.store.put(stored)) stored.body.release();
  } finally {
    ports.coalescer.close(flight);
  }
}
