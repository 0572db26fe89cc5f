import type { FieldLines } from "../http/field-lines.ts";
import { currentAge } from "../policy/age.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import type { MonotonicMs, Seconds } from "../time/clock.ts";
import { cacheStatus } from "./cache-status.ts";
import { type FieldRecord, isLengthless, recordOf, withCookies } from "./delivery-fields.ts";
import type { Exchange } from "./exchange.ts";
import type { CacheRequest } from "./cache-request.ts";

/** How responses of an engine are delivered. */
export interface DeliveryStyle {
  /** Puts fields that will be sent many times into the form the runtime sends fastest. */
  readonly sealFields: (fields: FieldRecord) => HeadersInit;
  /** Whether a response that is sent often is copied from one that is kept, at the price of its body's memory. */
  readonly copiesResponses: boolean;
  /** Lower-case names of fields that are not sent on. */
  readonly hidden: ReadonlySet<string>;
  /** Makes a text that separates the parts of a multipart body: 1 to 70 letters and digits. */
  readonly boundary: () => string;
}

/** One delivery: what is sent, in answer to what, and when. */
export interface Delivery {
  readonly stored: StoredResponse;
  readonly request: CacheRequest;
  readonly exchange: Exchange;
  readonly now: MonotonicMs;
  readonly style: DeliveryStyle;
  /** Fields for this client only, beside the stored ones. */
  readonly withheld?: FieldLines;
}

/** The fields to send, with `Age`, `Cache-Status`, and `Content-Length` where it is known. Cookies are not among them. */
export function currentFields(delivery: Delivery): FieldRecord {
  const { stored, exchange, now, style } = delivery;
  const age = Math.floor(currentAge(stored, now));
  exchange.ttl = remainingLifetime(stored, age, now);
  exchange.cacheStatus = cacheStatus(exchange);
  const fields = recordOf(fieldsFor(delivery));
  for (const name of style.hidden) delete fields[name];
  const { length } = stored.body;
  if (length !== undefined && !isLengthless(stored.status)) fields["content-length"] = String(length);
  if (stored.status === 205) fields["content-length"] = "0"; // the plainest way to say that it has no content (§15.3.6)
  fields["age"] = String(age);
  fields["cache-status"] = fields["cache-status"]
    ? `${fields["cache-status"]}, ${exchange.cacheStatus}`
    : exchange.cacheStatus;
  return fields;
}

/** Whole seconds of freshness left at an age, in whole seconds too; negative when stale. */
export function remainingLifetime(stored: StoredResponse, age: Seconds, now: MonotonicMs): Seconds {
  return Math.min(Math.floor(stored.freshnessLifetime) - age, Math.floor((stored.staleSince - now) / 1000));
}

/** `fields` in the form that is sent, with the cookies that are for this client. */
export function headersOf(fields: FieldRecord, delivery: Delivery): HeadersInit {
  return withCookies(fields, fieldsFor(delivery));
}

function fieldsFor({ stored, withheld }: Delivery): FieldLines {
  return withheld?.length ? [...stored.fields, ...withheld] : stored.fields;
}

/** An answer without a body, to which the stored one is left unread. */
export function answerEmpty(status: number, headers: HeadersInit, delivery: Delivery): Response {
  finishEmpty(status, delivery);
  return new Response(null, { status, headers });
}

/** Notes that the answer has this status and no body, to which the stored one is left unread. */
export function finishEmpty(status: number, { stored, exchange }: Delivery): void {
  stored.body.leaveUnread();
  exchange.status = status;
  exchange.finish(0, true);
}
