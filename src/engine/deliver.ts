import { selectByteRanges } from "../http/byte-range.ts";
import { currentAge } from "../policy/age.ts";
import { evaluatePreconditions, ifRangeHolds } from "../policy/validation.ts";
import type { SealedBody } from "../storage/growing-body.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import type { MonotonicMs } from "../time/clock.ts";
import { cacheStatus } from "./cache-status.ts";
import {
  bodilessFields,
  type FieldRecord,
  isBodiless,
  isLengthless,
  recordOf,
  refusalFields,
  withCookies,
} from "./delivery-fields.ts";
import type { Exchange } from "./exchange.ts";
import type { CacheRequest } from "./normalize-request.ts";

/** When and how a response is delivered. */
export interface DeliveryOptions {
  readonly now: MonotonicMs;
  /** Puts fields that will be sent many times into the form the runtime sends fastest. */
  readonly sealFields: (fields: FieldRecord) => HeadersInit;
}

/**
 * Answers a request from a stored response, or from one still being received in order to be stored. Preconditions
 * and ranges are those of this request (RFC 9111 §4.3.2, §3.3). A complete body goes out as one piece, without a stream.
 */
export function deliver(
  stored: StoredResponse,
  request: CacheRequest,
  exchange: Exchange,
  options: DeliveryOptions,
): Response {
  if (stored.status === 200) {
    switch (evaluatePreconditions(request, stored)) {
      case "failed":
        return answerEmpty(412, refusalFields(currentFields(stored, exchange, options.now)), stored, exchange);
      case "not-modified":
        return answerEmpty(304, notModifiedFields(stored, exchange, options.now), stored, exchange);
      case "perform": {
        const range = request.header("range");
        if (range !== null && request.method === "GET") return deliverRange(range, stored, request, exchange, options);
      }
    }
  }
  return deliverWhole(stored, request, exchange, options);
}

/** Whether a range of this response can be answered now: all its bytes are or will be held, and their number is known. */
export function canServeRange(stored: StoredResponse): boolean {
  return stored.body.retained && stored.body.length !== undefined;
}

function deliverRange(
  value: string,
  stored: StoredResponse,
  request: CacheRequest,
  exchange: Exchange,
  options: DeliveryOptions,
): Response {
  const length = stored.body.length;
  if (length === undefined || !canServeRange(stored) || !ifRangeHolds(request.header("if-range"), stored)) {
    return deliverWhole(stored, request, exchange, options);
  }
  const wanted = selectByteRanges(value, length);
  switch (wanted.kind) {
    case "whole":
      return deliverWhole(stored, request, exchange, options);
    case "unsatisfiable": {
      const fields = refusalFields(currentFields(stored, exchange, options.now));
      return answerEmpty(416, { ...fields, "content-range": `bytes */${length}` }, stored, exchange);
    }
    case "ranges": {
      const [range, ...others] = wanted.ranges;
      if (range === undefined || others.length > 0) return deliverWhole(stored, request, exchange, options);
      const { first, last } = range;
      const fields = currentFields(stored, exchange, options.now);
      fields["content-range"] = `bytes ${first}-${last}/${length}`;
      fields["content-length"] = String(last - first + 1);
      return sendPart(fields, stored, range, exchange);
    }
  }
}

function deliverWhole(
  stored: StoredResponse,
  request: CacheRequest,
  exchange: Exchange,
  options: DeliveryOptions,
): Response {
  const { status, body } = stored;
  const isHit = exchange.forwardReason === undefined && body.sealed !== undefined;
  const headers = isHit
    ? hitFields(stored, exchange, options)
    : withCookies(currentFields(stored, exchange, options.now), stored);
  if (request.method === "HEAD" || isBodiless(status)) return answerEmpty(status, headers, stored, exchange);
  exchange.status = status;
  if (body.sealed === undefined) {
    return new Response(body.read((sent, complete) => exchange.finish(sent, complete)), { status, headers });
  }
  exchange.finish(body.length ?? 0, true);
  return new Response(stored.typed ? body.sealed : streamOf(body.sealed), { status, headers });
}

function sendPart(
  headers: FieldRecord,
  stored: StoredResponse,
  range: { first: number; last: number },
  exchange: Exchange,
): Response {
  const { body } = stored;
  const { first, last } = range;
  exchange.status = 206;
  if (body.sealed === undefined) {
    const stream = body.read((sent, complete) => exchange.finish(sent, complete), first, last);
    return new Response(stream, { status: 206, headers: withCookies(headers, stored) });
  }
  exchange.finish(last - first + 1, true);
  const part = slice(body.sealed, first, last + 1);
  return new Response(stored.typed ? part : streamOf(part), { status: 206, headers: withCookies(headers, stored) });
}

function slice(body: SealedBody, from: number, to: number): SealedBody {
  return body instanceof Blob ? body.slice(from, to) : body.subarray(from, to);
}

/** A body without a type: given as a stream, for Bun makes up a `Content-Type` for anything else. */
function streamOf(body: SealedBody): ReadableStream<Uint8Array> {
  if (body instanceof Blob) return body.stream();
  return new ReadableStream({
    start(controller) {
      controller.enqueue(body);
      controller.close();
    },
  });
}

function answerEmpty(status: number, headers: HeadersInit, stored: StoredResponse, exchange: Exchange): Response {
  stored.body.leaveUnread();
  exchange.status = status;
  exchange.finish(0, true);
  return new Response(null, { status, headers });
}

/** Fields of a plain hit. All hits of one second share them, since only `Age` and the remaining lifetime change. */
function hitFields(stored: StoredResponse, exchange: Exchange, options: DeliveryOptions): HeadersInit {
  const age = Math.floor(currentAge(stored, options.now));
  if (stored.rendered?.age !== age) {
    const fields = currentFields(stored, exchange, options.now);
    stored.rendered = { age, headers: options.sealFields(fields), cacheStatus: exchange.cacheStatus };
  } else {
    exchange.ttl = remaining(stored, age);
    exchange.cacheStatus = stored.rendered.cacheStatus;
  }
  return stored.rendered.headers;
}

/** The stored fields with `Age`, `Cache-Status`, and `Content-Length` where it is known. */
function currentFields(stored: StoredResponse, exchange: Exchange, now: MonotonicMs): FieldRecord {
  const age = Math.floor(currentAge(stored, now));
  exchange.ttl = remaining(stored, age);
  exchange.cacheStatus = cacheStatus(exchange);
  const fields = recordOf(stored.fields);
  const { length } = stored.body;
  if (length !== undefined && !isLengthless(stored.status)) fields["content-length"] = String(length);
  if (stored.status === 205) fields["content-length"] = "0"; // the plainest way to say that it has no content (§15.3.6)
  fields["age"] = String(age);
  fields["cache-status"] = fields["cache-status"]
    ? `${fields["cache-status"]}, ${exchange.cacheStatus}`
    : exchange.cacheStatus;
  return fields;
}

function notModifiedFields(stored: StoredResponse, exchange: Exchange, now: MonotonicMs): HeadersInit {
  return withCookies(bodilessFields(currentFields(stored, exchange, now)), stored);
}

function remaining(stored: StoredResponse, age: number): number {
  return Math.floor(stored.freshnessLifetime) - age;
}
