import { parseCacheGroups } from "../http/cache-groups.ts";
import type { CacheControl } from "../http/cache-control.ts";
import { parseEntityTag } from "../http/entity-tag.ts";
import { type FieldLine, type FieldLines, fieldValue } from "../http/field-lines.ts";
import { formatHttpDate, parseHttpDate } from "../http/http-date.ts";
import { type ExchangeTimes, initialAge } from "../policy/age.ts";
import { type FreshnessLifetime, freshnessLifetime } from "../policy/freshness.ts";
import { hasStrongTag } from "../policy/partial.ts";
import { forbidsStale, mayGuessFreshness, mayShareOnce, type Storability, storability } from "../policy/storability.ts";
import type { Part, StaleWindows, StoredMetadata } from "../policy/stored-metadata.ts";
import { type GoverningControl, governingControl } from "../policy/targeted-control.ts";
import { selectingFields, varyNames } from "../policy/vary.ts";
import type { GrowingBody } from "../storage/growing-body.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import type { EpochMs, MonotonicMs, Seconds } from "../time/clock.ts";
import type { CachingRules, FreshnessDefaults } from "./caching-rules.ts";
import type { Flight } from "./flight.ts";
import { type OriginAnswer, responseFields } from "./forward.ts";
import type { CacheRequest } from "./normalize-request.ts";

/** A response head put to the rules: what would be stored, and whether it may be. */
export interface Assessment {
  readonly metadata: StoredMetadata;
  readonly verdict: Storability;
  /** Whether those who waited for it may have it, although it is stale on arrival. */
  readonly sharedOnce: boolean;
  /** Fields for the one client that asked, and for nobody else. */
  readonly withheld: FieldLines;
}

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
  const { response, receivedAt, responseTime, responseDelay } = answer;
  const fields = responseFields(response);
  const knownEnd = response.framing !== "close";
  return { status: response.status, fields, receivedAt, responseTime, responseDelay, knownEnd };
}

/** Decides whether the answer to `request` may be stored, and derives everything a later reuse needs (RFC 9111 §3). */
export function assess(request: CacheRequest, head: ResponseHead, rules: CachingRules): Assessment {
  const governing = governingControl(head.fields, rules.targets);
  const { control } = governing;
  const date = dateOf(head);
  const lastModified = parseDate(fieldValue(head.fields, "last-modified"), date);
  const entityTag = parseEntityTag(fieldValue(head.fields, "etag"));
  const vary = varyNames(head.fields);
  const groups = groupsOf(request, head.fields);
  const lifetime = lifetimeOf(request, head, { governing, date, lastModified, rules });
  const isWithheld = withholding(control, rules);
  const verdict = storability({
    method: request.storableMethod,
    status: head.status,
    isExactPart: head.part !== undefined && hasStrongTag(head.fields),
    control,
    lifetime,
    hasValidator: entityTag !== undefined || lastModified !== undefined,
    hasAuthorization: request.header("authorization") !== null,
    hasSetCookie: !isWithheld("set-cookie") && fieldValue(head.fields, "set-cookie") !== undefined,
    vary,
    groups,
    knownEnd: head.knownEnd,
    heuristicErrors: rules.freshness.heuristicErrors,
  });
  const metadata: StoredMetadata = {
    status: head.status,
    fields: storedFields(head.fields, date, isWithheld),
    selecting: selectingFields(vary === "*" ? [] : vary, request),
    date,
    receivedAt: head.receivedAt,
    initialAge: initialAge(date, fieldValue(head.fields, "age"), head),
    freshnessLifetime: cappedLifetime(head.status, lifetime, rules.freshness.errorMax),
    windows: staleWindows(control, lifetime, rules.freshness),
    validateAlways: control.noCache,
    neverStale: forbidsStale(control),
    immutable: control.immutable,
    entityTag,
    lastModified,
    part: head.part,
    groups,
  };
  const sharedOnce = mayShareOnce(verdict, lifetime, control);
  return { metadata, verdict, sharedOnce, withheld: head.fields.filter(([name]) => isWithheld(name)) };
}

/** A response in the form the store holds it. */
export function asStored(flight: Flight, metadata: StoredMetadata, body: GrowingBody): StoredResponse {
  const { key, uri } = flight.leader;
  return { ...metadata, key, uri, began: flight.began, body, typed: isTyped(metadata), rendered: undefined };
}

/** Whether a response has a `Content-Type`. */
export function isTyped(metadata: StoredMetadata): boolean {
  return fieldValue(metadata.fields, "content-type") !== undefined;
}

/** Fields that update stored ones: without a `Date` of their own they are as old as their receipt, not as the stored. */
export function withDate(update: FieldLines, receipt: EpochMs): FieldLines {
  return fieldValue(update, "date") === undefined ? [...update, ["date", formatHttpDate(receipt)]] : update;
}

interface LifetimeFacts {
  readonly governing: GoverningControl;
  readonly date: EpochMs;
  readonly lastModified: EpochMs | undefined;
  readonly rules: CachingRules;
}

function lifetimeOf(
  request: CacheRequest,
  head: ResponseHead,
  { governing: { control, isTargeted }, date, lastModified, rules: { freshness } }: LifetimeFacts,
): FreshnessLifetime {
  return freshnessLifetime({
    control,
    // A targeted field replaces Expires too (RFC 9213 §2.2).
    expires: isTargeted ? undefined : fieldValue(head.fields, "expires"),
    date,
    lastModified,
    heuristicAllowed: freshness.heuristic && !isPersonal(request) && mayGuessFreshness(head.status, control),
    heuristicMax: freshness.heuristicMax,
  });
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

/** Groups are those of one origin: scheme, host and port (RFC 9875 §2.1). */
function groupsOf(request: CacheRequest, fields: FieldLines): readonly string[] {
  return parseCacheGroups(fieldValue(fields, "cache-groups")).map((group) => groupScope(request.origin, group));
}

/** What the epochs know a group by. */
export function groupScope(origin: string, group: string): string {
  return `group ${origin} ${group}`;
}

/** Which fields only the client gets that asked: those named by `private` and `no-cache`, and cookies if so configured. */
function withholding({ privateFields, noCacheFields }: CacheControl, rules: CachingRules): (name: string) => boolean {
  const named = [...privateFields, ...noCacheFields];
  if (rules.setCookie === "strip") named.push("set-cookie");
  return named.length === 0 ? () => false : (name) => named.includes(name);
}

/** Written anew on delivery. */
const REWRITTEN: ReadonlySet<string> = new Set(["age", "content-length", "content-range"]);

/** A missing `Date` is added by the first recipient (RFC 9110 §6.6.1). */
function storedFields(fields: FieldLines, date: EpochMs, isWithheld: (name: string) => boolean): FieldLine[] {
  const stored = fields.filter(([name]) => !REWRITTEN.has(name) && !isWithheld(name));
  if (fieldValue(stored, "date") === undefined) stored.push(["date", formatHttpDate(date)]);
  return stored;
}

/** An error kept long would hide the recovery of its origin; 404 and 410 are answers like any other. */
function cappedLifetime(status: number, lifetime: FreshnessLifetime, errorMax: Seconds): Seconds {
  const isError = status >= 400 && status !== 404 && status !== 410;
  return isError ? Math.min(lifetime.seconds, errorMax) : lifetime.seconds;
}

/**
 * What forbids stale use closes both windows (RFC 9111 §4.2.4). Those of policy follow a lifetime only: what was fresh
 * for nobody, like a page made for a cookie, is for nobody when stale.
 */
function staleWindows(control: CacheControl, { source }: FreshnessLifetime, defaults: FreshnessDefaults): StaleWindows {
  const { keep } = defaults;
  if (forbidsStale(control)) return { staleWhileRevalidate: 0, staleIfError: 0, keep };
  const policy = source === "none" ? NO_WINDOWS : defaults;
  return {
    staleWhileRevalidate: control.staleWhileRevalidate ?? policy.staleWhileRevalidate,
    staleIfError: control.staleIfError ?? policy.staleIfError,
    keep,
  };
}

const NO_WINDOWS = { staleWhileRevalidate: 0, staleIfError: 0 };
