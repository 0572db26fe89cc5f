/**
 * What all hits of one second have in common: only `Age` and the remaining lifetime change from one second to the next.
 */
import { currentAge } from "../policy/age.ts";
import type { SealedBody } from "../storage/growing-body.ts";
import type { Rendering } from "../storage/response-store.ts";
import { currentFields, type Delivery, remainingLifetime } from "./delivery.ts";
import { bodilessFields } from "./delivery-fields.ts";

/** Fields of a plain hit, in the form they are sent in. */
export function renderHit(delivery: Delivery): Rendering {
  const { stored, exchange, now, style } = delivery;
  const age = Math.floor(currentAge(stored, now));
  const latest = stored.rendering;
  if (latest?.age === age && exchange.key === undefined) {
    exchange.ttl = remainingLifetime(stored, age, now);
    exchange.cacheStatus = latest.cacheStatus;
    return latest;
  }
  const headers = style.sealFields(currentFields(delivery));
  const rendering = {
    age,
    headers,
    cacheStatus: exchange.cacheStatus,
    uses: 0,
    original: undefined,
    notModified: undefined,
  };
  if (exchange.key === undefined) stored.rendering = rendering; // else its Cache-Status is for this client only
  return rendering;
}

/** The response of a plain hit: where the runtime copies one at less cost than it makes one, a copy of the last. */
export function respondWith(body: SealedBody, rendering: Rendering, { stored, style }: Delivery): Response {
  const init = { status: stored.status, headers: rendering.headers };
  if (!style.copiesResponses) return new Response(body, init);
  if (rendering.original === undefined) {
    const isAskedForOften = rendering.uses++ > 0;
    if (!isAskedForOften || !stored.body.reserveCopy()) return new Response(body, init);
    rendering.original = new Response(body, init);
  }
  return rendering.original.clone();
}

/** The 304 of a plain hit: for all of one second from the same fields, or a copy of the first. */
export function respondNotModified(rendering: Rendering, delivery: Delivery): Response {
  const { headers, original } = rendering.notModified ??= makeNotModified(delivery);
  return original?.clone() ?? new Response(null, { status: 304, headers });
}

function makeNotModified(delivery: Delivery): NonNullable<Rendering["notModified"]> {
  const { style } = delivery;
  const headers = style.sealFields(bodilessFields(currentFields(delivery)));
  return { headers, original: style.copiesResponses ? new Response(null, { status: 304, headers }) : undefined };
}
