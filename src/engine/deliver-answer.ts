import { formatHttpDate } from "../http/http-date.ts";
import { discard } from "../origin/discard.ts";
import type { OriginError, OriginFailure } from "../origin/origin-error.ts";
import { cacheStatus } from "./cache-status.ts";
import { isBodiless, isLengthless } from "./delivery-fields.ts";
import type { Exchange } from "./exchange.ts";
import type { OriginAnswer } from "./forward.ts";

/** Passes an origin response on to the one client that asked for it, without the fields that are hidden from clients. */
export function deliverAnswer(answer: OriginAnswer, exchange: Exchange, hidden: ReadonlySet<string>): Response {
  const { response } = answer;
  exchange.status = response.status;
  exchange.cacheStatus = cacheStatus(exchange);
  const headers: [string, string][] = [];
  for (const [name, value] of answer.fields) {
    if (!hidden.has(name) && (name !== "content-length" || !isLengthless(response.status))) headers.push([name, value]);
  }
  // RFC 9110 §15.3.6: it has no content, and of the ways to say so this is the plainest.
  if (response.status === 205) headers.push(["content-length", "0"]);
  // The first recipient with a clock adds what the origin left out (RFC 9110 §6.6.1).
  if (!headers.some(([name]) => name === "date")) headers.push(["date", formatHttpDate(answer.responseTime)]);
  headers.push(["cache-status", exchange.cacheStatus]);
  const isEmpty = exchange.method === "HEAD" || isBodiless(response.status);
  const { whole } = response;
  // Without a type Bun would make one up for what is no stream.
  if (whole !== undefined && !isEmpty && headers.some(([name]) => name === "content-type")) {
    exchange.finish(whole.byteLength, true);
    return new Response(whole, { status: response.status, headers });
  }
  const { body } = response;
  if (body === null || isEmpty) {
    discard(response);
    exchange.finish(0, true);
    return new Response(null, { status: response.status, headers });
  }
  const sent = exchange.observed ? counted(body, exchange) : body;
  return new Response(sent, { status: response.status, headers });
}

/** Tells a client that no origin gave an answer (RFC 9110 §15.6). */
export function deliverFailure(error: OriginError, exchange: Exchange): Response {
  return deliverRefusal(gatewayStatus(error.failure), error.failure, exchange);
}

/** Tells a client that the origin answered another request with this status of an origin in trouble. */
export function deliverTrouble(status: number, exchange: Exchange): Response {
  const answer = status === 503 ? UNAVAILABLE : status === 504 ? GATEWAY_TIMEOUT : BAD_GATEWAY;
  return deliverRefusal(answer, "origin-in-trouble", exchange);
}

/** Tells a client that what is stored is stale, may not be used, and cannot be validated (RFC 9111 §5.2.2.2). */
export function deliverUnvalidated(error: OriginError, exchange: Exchange): Response {
  return deliverRefusal(GATEWAY_TIMEOUT, error.failure, exchange);
}

/** For a client that has gone while it waited. Nobody sees it but the access log, which is to blame no origin for it. */
export function deliverAbandoned(exchange: Exchange): Response {
  return deliverRefusal(CLIENT_GONE, "aborted", exchange);
}

/** Tells a client that wanted a stored response or nothing that there is none (RFC 9111 §5.2.1.7). */
export function deliverNothingStored(exchange: Exchange): Response {
  exchange.outcome = "rejected";
  return deliverRefusal(GATEWAY_TIMEOUT, "only-if-cached", exchange);
}

type GatewayStatus = readonly [status: number, text: string];

/** The text is fixed: nothing of the request is echoed. */
function deliverRefusal([status, text]: GatewayStatus, detail: string, exchange: Exchange): Response {
  exchange.status = status;
  exchange.detail = detail;
  exchange.cacheStatus = cacheStatus(exchange);
  exchange.finish(text.length, true);
  return new Response(text, {
    status,
    headers: [
      ["content-type", "text/plain"],
      ["cache-control", "no-store"],
      ["cache-status", exchange.cacheStatus],
    ],
  });
}

const BAD_GATEWAY: GatewayStatus = [502, "Bad Gateway\n"];
const UNAVAILABLE: GatewayStatus = [503, "Service Unavailable\n"];
/** The status that nginx made customary for this in logs. */
const CLIENT_GONE: GatewayStatus = [499, "Client Closed Request\n"];
const GATEWAY_TIMEOUT: GatewayStatus = [504, "Gateway Timeout\n"];

function gatewayStatus(failure: OriginFailure): GatewayStatus {
  switch (failure) {
    case "connect-timeout":
    case "first-byte-timeout":
    case "between-bytes-timeout":
    case "total-timeout":
      return GATEWAY_TIMEOUT;
    case "no-healthy-origin":
      return UNAVAILABLE;
    case "request-body":
      return [400, "Bad Request\n"];
    case "connect":
    case "reset":
    case "truncated":
    case "malformed-response":
    case "aborted":
      return BAD_GATEWAY;
  }
}

/** The same stream, with what passed through noted in the record. */
function counted(source: ReadableStream<Uint8Array>, exchange: Exchange): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  let sent = 0;
  let isCancelled = false; // then the record is closed, though a read may still be under way
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (isCancelled) return;
        if (done) {
          controller.close();
          exchange.finish(sent, true);
        } else {
          sent += value.byteLength;
          controller.enqueue(value);
        }
      } catch (error) {
        if (isCancelled) return;
        exchange.finish(sent, false);
        controller.error(error);
      }
    },
    cancel(reason) {
      isCancelled = true;
      exchange.finish(sent, false);
      return reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}
