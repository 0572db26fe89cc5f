import { endToEndFields } from "../http/hop-by-hop.ts";
import { type FieldLines, fieldValue } from "../http/field-lines.ts";
import { appendTo, isOverride } from "../http/forwarded.ts";
import { targetOf } from "../http/uri-parts.ts";
import { VIA } from "../http/via.ts";
import { discard } from "../origin/discard.ts";
import type { OriginClient, OriginRequest, OriginResponse } from "../origin/origin-client.ts";
import { OriginError } from "../origin/origin-error.ts";
import type { ExchangeTimes } from "../policy/age.ts";
import type { Clock, MonotonicMs } from "../time/clock.ts";
import { forwardedFields } from "./forwarded-fields.ts";
import type { CacheRequest, RequestRules } from "./cache-request.ts";

/** A response of the origin and when it came. */
export interface OriginAnswer extends ExchangeTimes {
  readonly response: OriginResponse;
  /** Its end-to-end fields, with our `Via`. */
  readonly fields: FieldLines;
  readonly receivedAt: MonotonicMs;
}

/** Fields that would make the origin send less than the whole representation, which alone can be stored. */
const PARTIAL_FIELDS = new Set([
  "if-match",
  "if-none-match",
  "if-modified-since",
  "if-unmodified-since",
  "if-range",
  "range",
]);

/**
 * The request for what may be stored, good for everybody: a whole representation, unless `conditions` say otherwise.
 * Whoever sent it, it asks for what its key says and for nothing else.
 */
export function storableRequest(request: CacheRequest, rules: RequestRules, conditions: FieldLines): OriginRequest {
  const fields = forwardedFields(request, rules).filter(([name]) => !PARTIAL_FIELDS.has(name) && !isOverride(name));
  return {
    ...address(request),
    fields: [...fields, ...conditions],
    ...contentOf(request),
    ...informing(request),
  };
}

/** Whether a client asks for less than the whole representation. */
export function hasConditions(request: CacheRequest): boolean {
  return [...PARTIAL_FIELDS].some((name) => request.header(name) !== null);
}

/** The request of this one client, with its body, conditions and ranges. It ends when the client goes. */
export function clientRequest(request: CacheRequest, rules: RequestRules): OriginRequest {
  return {
    ...address(request),
    fields: forwardedFields(request, rules),
    ...contentOf(request),
    signal: request.source.signal,
    ...informing(request),
  };
}

type Content = Pick<OriginRequest, "body" | "bodyLength">;

/** The content of a request: what was read of it already, what its client is sending, or none. */
function contentOf({ content, cacheable, source, unread }: CacheRequest): Content {
  if (content !== undefined) return { body: new Blob([content.bytes]).stream(), bodyLength: content.bytes.byteLength };
  if (cacheable) return { body: null };
  const body = unread ?? source.body;
  if (body === null) return { body };
  const length = source.headers.get("content-length");
  return { body, ...(length !== null && { bodyLength: Number(length) }) };
}

/**
 * Sends a request and notes the times that the age of its answer is computed from.
 *
 * @throws {OriginError} when there is no answer, or one with a status that none can have (RFC 9110 §15).
 */
export async function forward(origin: OriginClient, request: OriginRequest, clock: Clock): Promise<OriginAnswer> {
  const sentAt = clock.monotonic();
  const response = await origin.fetch(request);
  const receivedAt = clock.monotonic();
  if (response.status < 200 || response.status > 599) {
    discard(response);
    throw new OriginError(response.origin, "malformed-response");
  }
  const responseDelay = (receivedAt - sentAt) / 1000;
  return { response, fields: ourFields(response), receivedAt, responseTime: clock.wallTime(), responseDelay };
}

function ourFields(response: OriginResponse): FieldLines {
  const fields = endToEndFields(response.fields);
  const via = fieldValue(fields, "via");
  const others = via === undefined ? fields : fields.filter(([name]) => name !== "via");
  others.push(["via", appendTo(via, VIA)]);
  return others;
}

/** Hands interim responses on to a client that can take them (RFC 9110 §15.2); 100 and 101 end at this connection. */
function informing({ peer }: CacheRequest): Pick<OriginRequest, "onInformational"> {
  if (peer.inform === undefined) return {};
  return {
    onInformational: (status, fields) => {
      if (status < 102 || status > 199) return;
      peer.inform?.(status, endToEndFields(fields).filter(([name]) => name !== "content-length"));
    },
  };
}

function address(request: CacheRequest): Pick<OriginRequest, "method" | "url" | "host" | "target"> {
  const { method, uri, host } = request;
  return { method, url: uri, host, target: targetOf(uri) };
}
