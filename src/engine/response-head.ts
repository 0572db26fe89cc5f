import { parseEntityTag } from "../http/entity-tag.ts";
import { type FieldLines, fieldValue } from "../http/field-lines.ts";
import { formatHttpDate, parseHttpDate } from "../http/http-date.ts";
import type { OriginResponse } from "../origin/origin-client.ts";
import type { ExchangeTimes } from "../policy/age.ts";
import { isWhole } from "../policy/partial.ts";
import type { Part } from "../policy/stored-metadata.ts";
import { isOfContent, type Validators } from "../policy/validation.ts";
import type { EpochMs, MonotonicMs } from "../time/clock.ts";
import type { OriginAnswer } from "./forward.ts";

/** A final response head, from the origin or put together from a stored one and a 304. */
export interface ResponseHead extends ExchangeTimes {
  readonly status: number;
  /** End-to-end fields. */
  readonly fields: FieldLines;
  readonly receivedAt: MonotonicMs;
  readonly knownEnd: boolean;
  /** What a 206 brings, where that is exactly what was asked for. */
  readonly part?: Part | undefined;
}

/** The head of an origin response. */
export function headOf(answer: OriginAnswer): ResponseHead {
  const { response, fields, receivedAt, responseTime, responseDelay } = answer;
  const knownEnd = response.framing !== "close";
  return { status: response.status, fields, receivedAt, responseTime, responseDelay, knownEnd };
}

/** The head of what a 206 is a part of, or has become; which range is delivered is told on delivery. */
export function headOfPart(head: ResponseHead, part: Part): ResponseHead {
  const fields = head.fields.filter(([name]) => name !== "content-range" && !isOfContent(name));
  return isWhole(part) ? { ...head, status: 200, fields } : { ...head, fields, part };
}

/** The validators that a response has, and its date (RFC 9110 §8.8). */
export function validatorsOf(head: ResponseHead): Validators {
  const date = parseDate(fieldValue(head.fields, "date"), head.responseTime) ?? head.responseTime;
  const lastModified = parseDate(fieldValue(head.fields, "last-modified"), date);
  return { date, lastModified, entityTag: parseEntityTag(fieldValue(head.fields, "etag")) };
}

function parseDate(value: string | undefined, now: EpochMs): EpochMs | undefined {
  return value === undefined ? undefined : parseHttpDate(value, now);
}

/** Fields that update stored ones: without a `Date` of their own they are as old as their receipt, not as the stored. */
export function withDate(update: FieldLines, receipt: EpochMs): FieldLines {
  return fieldValue(update, "date") === undefined ? [...update, ["date", formatHttpDate(receipt)]] : update;
}

/** Number of bytes that a body will have; `undefined` where only its end tells. */
export function declaredLength({ framing, fields }: OriginResponse): number | undefined {
  if (framing === "none") return 0;
  const length = framing === "length" ? fieldValue(fields, "content-length") : undefined;
  return length === undefined ? undefined : Number(length);
}
