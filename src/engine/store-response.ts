import { type CacheControl, parseCacheControl } from "../http/cache-control.ts";
import { parseEntityTag } from "../http/entity-tag.ts";
import { type FieldLine, type FieldLines, fieldValue } from "../http/field-lines.ts";
import { formatHttpDate, parseHttpDate } from "../http/http-date.ts";
import { type ExchangeTimes, initialAge } from "../policy/age.ts";
import { type FreshnessLifetime, freshnessLifetime } from "../policy/freshness.ts";
import { mayGuessFreshness, type Storability, storability } from "../policy/storability.ts";
import type { StaleWindows, StoredMetadata } from "../policy/stored-metadata.ts";
import { selectingFields, varyNames } from "../policy/vary.ts";
import type { EpochMs, MonotonicMs, Seconds } from "../time/clock.ts";
import { type OriginAnswer, responseFields } from "./forward.ts";
import type { CacheRequest } from "./normalize-request.ts";

/** What policy adds where a response leaves freshness open. All in seconds. */
export interface FreshnessDefaults {
  /** Whether a lifetime may be guessed from `Last-Modified` (RFC 9111 §4.2.2). */
  readonly heuristic: boolean;
  readonly heuristicMax: Seconds;
  readonly staleWhileRevalidate: Seconds;
  readonly staleIfError: Seconds;
  /** How long a stale response is kept only to be validated. */
  readonly keep: Seconds;
  /** Longest lifetime of a stored error, 404 and 410 apart. */
  readonly errorMax: Seconds;
}

/** A response head put to the rules: what would be stored, and whether it may be. */
export interface Assessment {
  readonly metadata: StoredMetadata;
  readonly verdict: Storability;
}

/** A final response head, from the origin or put together from a stored one and a 304. */
export interface ResponseHead extends ExchangeTimes {
  readonly status: number;
  /** End-to-end fields. */
  readonly fields: FieldLines;
  readonly receivedAt: MonotonicMs;
  readonly knownEnd: boolean;
}

/** The head of an origin response. */
export function headOf(answer: OriginAnswer): ResponseHead {
  const { response, receivedAt, responseTime, responseDelay } = answer;
  const fields = responseFields(response);
  const knownEnd = response.framing !== "close";
  return { status: response.status, fields, receivedAt, responseTime, responseDelay, knownEnd };
}

/** Decides whether the answer to `request` may be stored, and derives everything a later reuse needs (RFC 9111 §3). */
export function assess(request: CacheRequest, head: ResponseHead, defaults: FreshnessDefaults): Assessment {
  const control = parseCacheControl(fieldValue(head.fields, "cache-control"));
  const date = dateOf(head);
  const lastModified = parseDate(fieldValue(head.fields, "last-modified"), date);
  const vary = varyNames(head.fields);
  const entityTag = parseEntityTag(fieldValue(head.fields, "etag"));
  const lifetime = freshnessLifetime({
    control,
    expires: fieldValue(head.fields, "expires"),
    date,
    lastModified,
    heuristicAllowed: defaults.heuristic && !isPersonal(request) && mayGuessFreshness(head.status, control),
    heuristicMax: defaults.heuristicMax,
  });
  const verdict = storability({
    method: request.method,
    status: head.status,
    control,
    lifetime,
    hasValidator: entityTag !== undefined || lastModified !== undefined,
    hasAuthorization: request.header("authorization") !== null,
    hasSetCookie: fieldValue(head.fields, "set-cookie") !== undefined,
    vary,
    knownEnd: head.knownEnd,
  });
  const metadata: StoredMetadata = {
    status: head.status,
    fields: storedFields(head.fields, date),
    selecting: selectingFields(vary === "*" ? [] : vary, request),
    date,
    receivedAt: head.receivedAt,
    initialAge: initialAge(date, fieldValue(head.fields, "age"), head),
    freshnessLifetime: cappedLifetime(head.status, lifetime, defaults.errorMax),
    windows: staleWindows(control, lifetime, defaults),
    validateAlways: control.noCache,
    entityTag,
    lastModified,
  };
  return { metadata, verdict };
}

/** A guessed lifetime may not make one visitor's page everybody's: none is guessed where cookies were sent. */
function isPersonal(request: CacheRequest): boolean {
  return request.header("cookie") !== null;
}

function dateOf(head: ResponseHead): EpochMs {
  return parseDate(fieldValue(head.fields, "date"), head.responseTime) ?? head.responseTime;
}

function parseDate(value: string | undefined, now: EpochMs): EpochMs | undefined {
  return value === undefined ? undefined : parseHttpDate(value, now);
}

/** `Age` and `Content-Length` are written on delivery; a missing `Date` is added by the first recipient (RFC 9110 §6.6.1). */
function storedFields(fields: FieldLines, date: EpochMs): FieldLine[] {
  const stored = fields.filter(([name]) => name !== "age" && name !== "content-length");
  if (fieldValue(stored, "date") === undefined) stored.push(["date", formatHttpDate(date)]);
  return stored;
}

/** An error kept long would hide the recovery of its origin; 404 and 410 are answers like any other. */
function cappedLifetime(status: number, lifetime: FreshnessLifetime, errorMax: Seconds): Seconds {
  const isError = status >= 400 && status !== 404 && status !== 410;
  return isError ? Math.min(lifetime.seconds, errorMax) : lifetime.seconds;
}

/**
 * Directives that forbid any stale use close both windows (RFC 9111 §4.2.4, §5.2.2.2, §5.2.2.8, §5.2.2.10). Those of
 * policy follow a lifetime only: what was fresh for nobody, like a page made for a cookie, is for nobody when stale.
 */
function staleWindows(control: CacheControl, { source }: FreshnessLifetime, defaults: FreshnessDefaults): StaleWindows {
  const { keep } = defaults;
  const neverStale = control.mustRevalidate || control.proxyRevalidate || control.sMaxage !== undefined ||
    control.noCache;
  if (neverStale) return { staleWhileRevalidate: 0, staleIfError: 0, keep };
  const policy = source === "none" ? NO_WINDOWS : defaults;
  return {
    staleWhileRevalidate: control.staleWhileRevalidate ?? policy.staleWhileRevalidate,
    staleIfError: control.staleIfError ?? policy.staleIfError,
    keep,
  };
}

const NO_WINDOWS = { staleWhileRevalidate: 0, staleIfError: 0 };
