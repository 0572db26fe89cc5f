import { selectByteRange } from "../http/byte-range.ts";
import { currentAge } from "../policy/age.ts";
import { evaluatePreconditions, ifRangeHolds } from "../policy/validation.ts";
import type { SealedBody } from "../storage/growing-body.ts";
import type { HeaderPairs, StoredResponse } from "../storage/response-store.ts";
import type { MonotonicMs } from "../time/clock.ts";
import { cacheStatus } from "./cache-status.ts";
import type { Exchange } from "./exchange.ts";
import type { CacheRequest } from "./normalize-request.ts";

/**
 * Answers a request from a stored response, or from one still being received in order to be stored. Preconditions
 * and ranges are those of this request (RFC 9111 §4.3.2, §3.3). A complete body goes out as one piece, without a stream.
 */
export function deliver(stored: StoredResponse, request: CacheRequest, exchange: Exchange, now: MonotonicMs): Response {
  const pairs = deliveryFields(stored, exchange, now);
  if (stored.status === 200) {
    switch (evaluatePreconditions(request, stored)) {
      case "failed":
        return answerEmpty(412, bodilessFields(pairs), stored, exchange);
      case "not-modified":
        return answerEmpty(304, bodilessFields(pairs), stored, exchange);
      case "perform": {
        const range = request.method === "GET" ? request.header("range") : null;
        if (range !== null) return deliverRange(range, stored, request, { pairs, exchange });
      }
    }
  }
  return deliverWhole(stored, request, pairs, exchange);
}

/** Whether a range of this response can be answered now: all its bytes are or will be held, and their number is known. */
export function canServeRange(stored: StoredResponse): boolean {
  return stored.body.retained && stored.body.length !== undefined;
}

interface Delivery {
  readonly pairs: HeaderPairs;
  readonly exchange: Exchange;
}

function deliverRange(value: string, stored: StoredResponse, request: CacheRequest, delivery: Delivery): Response {
  const { pairs, exchange } = delivery;
  const length = stored.body.length;
  const wanted = canServeRange(stored) && length !== undefined && ifRangeHolds(request.header("if-range"), stored)
    ? selectByteRange(value, length)
    : { kind: "whole" as const };
  switch (wanted.kind) {
    case "whole":
      return deliverWhole(stored, request, pairs, exchange);
    case "unsatisfiable":
      return answerEmpty(416, [...bodilessFields(pairs), ["content-range", `bytes */${length}`]], stored, exchange);
    case "range": {
      const { first, last } = wanted;
      const partial: HeaderPairs = [...pairs, ["content-range", `bytes ${first}-${last}/${length}`]];
      return send(206, partial, stored, { first, last, exchange });
    }
  }
}

function deliverWhole(
  stored: StoredResponse,
  request: CacheRequest,
  pairs: HeaderPairs,
  exchange: Exchange,
): Response {
  const { status, body } = stored;
  if (request.method === "HEAD") {
    const length = body.length;
    const fields: HeaderPairs = length === undefined ? pairs : [...pairs, ["content-length", String(length)]];
    return answerEmpty(status, fields, stored, exchange);
  }
  if (status === 204 || status === 205) return answerEmpty(status, pairs, stored, exchange);
  return send(status, pairs, stored, { first: 0, last: undefined, exchange });
}

/** Which bytes are sent; to the end when `last` is not given. */
interface Part {
  readonly first: number;
  readonly last: number | undefined;
  readonly exchange: Exchange;
}

function send(status: number, pairs: HeaderPairs, stored: StoredResponse, part: Part): Response {
  const { body } = stored;
  const { first, last, exchange } = part;
  exchange.status = status;
  if (body.sealed !== undefined) {
    const bytes = last === undefined ? body.sealed : slice(body.sealed, first, last + 1);
    exchange.finish(bytes instanceof Blob ? bytes.size : bytes.byteLength, true);
    return new Response(bytes, { status, headers: pairs });
  }
  const length = last === undefined ? body.length : last - first + 1;
  const fields: HeaderPairs = length === undefined ? pairs : [...pairs, ["content-length", String(length)]];
  const stream = body.read((sent, complete) => exchange.finish(sent, complete), first, last);
  return new Response(stream, { status, headers: fields });
}

function slice(body: SealedBody, from: number, to: number): SealedBody {
  return body instanceof Blob ? body.slice(from, to) : body.subarray(from, to);
}

function answerEmpty(status: number, pairs: HeaderPairs, stored: StoredResponse, exchange: Exchange): Response {
  stored.body.leaveUnread();
  exchange.status = status;
  exchange.finish(0, true);
  return new Response(null, { status, headers: pairs });
}

/** The stored fields with `Age` and `Cache-Status`. All hits of one second share one array. */
function deliveryFields(stored: StoredResponse, exchange: Exchange, now: MonotonicMs): HeaderPairs {
  const age = Math.floor(currentAge(stored, now));
  exchange.ttl = Math.floor(stored.freshnessLifetime) - age;
  const isHit = exchange.forwardReason === undefined;
  if (isHit && stored.rendered?.age === age) {
    exchange.cacheStatus = stored.rendered.cacheStatus;
    return stored.rendered.pairs;
  }
  exchange.cacheStatus = cacheStatus(exchange);
  const pairs: HeaderPairs = stored.fields.map(([name, value]) => [name, value]);
  pairs.push(["age", String(age)], ["cache-status", exchange.cacheStatus]);
  if (isHit) stored.rendered = { age, pairs, cacheStatus: exchange.cacheStatus };
  return pairs;
}

/** Fields about a body that is not sent; what else a 304 repeats updates the client's copy (RFC 9110 §15.4.5). */
const BODY_FIELDS = new Set(["content-type", "content-encoding", "content-language", "content-range"]);

function bodilessFields(pairs: HeaderPairs): HeaderPairs {
  return pairs.filter(([name]) => !BODY_FIELDS.has(name));
}
