import { evaluatePreconditions } from "../policy/validation.ts";
import { streamOf } from "../storage/complete-body.ts";
import { deliverRanges } from "./deliver-ranges.ts";
import { answerEmpty, currentFields, type Delivery, finishEmpty, headersOf } from "./delivery.ts";
import { bodilessFields, isBodiless, refusalFields } from "./delivery-fields.ts";
import { renderHit, respondNotModified, respondWith } from "./rendering.ts";

/**
 * Answers a request from a stored response, or from one still being received in order to be stored. Preconditions
 * and ranges are those of this request (RFC 9111 §4.3.2, §3.3). A complete body goes out as one piece, without a stream.
 */
export function deliver(delivery: Delivery): Response {
  const { stored, request } = delivery;
  // A part keeps its 206; its conditions are those of the whole (RFC 9110 §13.2.1).
  if (stored.status !== 200 && stored.part === undefined) return deliverWhole(delivery);
  switch (evaluatePreconditions(request, stored)) {
    case "failed":
      return answerEmpty(412, refusalFields(currentFields(delivery)), delivery);
    case "not-modified":
      return deliverNotModified(delivery);
    case "perform": {
      const range = request.method === "GET" ? request.header("range") : null;
      return (range !== null ? deliverRanges(range, delivery) : undefined) ?? deliverWhole(delivery);
    }
  }
}

function deliverNotModified(delivery: Delivery): Response {
  if (!isHit(delivery)) return answerEmpty(304, headersOf(bodilessFields(currentFields(delivery)), delivery), delivery);
  const rendering = renderHit(delivery); // which tells the exchange what it says
  finishEmpty(304, delivery);
  return respondNotModified(rendering, delivery);
}

/** Whether it comes from the store alone, and so is the same for all who ask in the same second. */
function isHit({ stored, exchange }: Delivery): boolean {
  return exchange.forwardReason === undefined && stored.body.sealed !== undefined;
}

function deliverWhole(delivery: Delivery): Response {
  const { stored: { status, body, typed }, request, exchange } = delivery;
  const hit = isHit(delivery) ? renderHit(delivery) : undefined;
  const headers = hit?.headers ?? headersOf(currentFields(delivery), delivery);
  if (request.method === "HEAD" || isBodiless(status)) return answerEmpty(status, headers, delivery);
  exchange.status = status;
  if (body.sealed === undefined) {
    return new Response(body.read((sent, complete) => exchange.finish(sent, complete)), { status, headers });
  }
  exchange.finish(body.length ?? 0, true);
  // A body without a type is given as a stream, for Bun makes up a `Content-Type` for anything else.
  if (!typed) return new Response(streamOf(body.sealed), { status, headers });
  return hit === undefined ? new Response(body.sealed, { status, headers }) : respondWith(body.sealed, hit, delivery);
}
