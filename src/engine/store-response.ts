import type { CacheControl } from "../http/cache-control.ts";
import { type FieldLine, type FieldLines, fieldValue } from "../http/field-lines.ts";
import { formatHttpDate } from "../http/http-date.ts";
import { initialAge } from "../policy/age.ts";
import { type FreshnessLifetime, freshnessLifetime } from "../policy/freshness.ts";
import { forbidsStale, mayGuessFreshness, mayShareOnce, type Storability, storability } from "../policy/storability.ts";
import type { StaleWindows, StoredMetadata } from "../policy/stored-metadata.ts";
import { type GoverningControl, governingControl } from "../policy/targeted-control.ts";
import { hasStrongValidator, type Validators } from "../policy/validation.ts";
import { selectingFields, varyNames } from "../policy/vary.ts";
import type { GrowingBody } from "../storage/growing-body.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import type { EpochMs, Seconds } from "../time/clock.ts";
import type { CachingRules, FreshnessDefaults } from "./caching-rules.ts";
import type { Flight } from "./flight.ts";
import { type ResponseHead, validatorsOf } from "./response-head.ts";
import type { CacheRequest } from "./cache-request.ts";

/**
 * A response head put to the rules: whether it may be stored, and what would be. What would be is made when it is asked
 * for, once for each time: most of what is not stored is not shared either, and needs none of it.
 */
export interface Assessment {
  readonly verdict: Storability;
  readonly metadata: StoredMetadata;
  /** Whether those who waited for it may have it even if it was stale when it arrived. */
  readonly sharedOnce: boolean;
  /** Fields for the one client that asked, and for nobody else. */
  readonly withheld: FieldLines;
}

/** Decides whether the answer to `request` may be stored, and derives everything a later reuse needs (RFC 9111 §3). */
export function assess(request: CacheRequest, head: ResponseHead, rules: CachingRules): Assessment {
  const governing = governingControl(head.fields, rules.targets);
  const validators = validatorsOf(head);
  const subject: Subject = {
    request,
    head,
    rules,
    validators,
    control: governing.control,
    lifetime: lifetimeOf(request, head, { governing, validators, rules }),
    vary: varyNames(head.fields),
    tags: rules.tagging.tagsOf(request, head.fields),
    isWithheld: withholding(governing.control, rules),
  };
  return {
    verdict: verdictOn(subject),
    get metadata() {
      return metadataOf(subject);
    },
    sharedOnce: mayShareOnce(subject.lifetime, subject.control, rules.shareNoCache),
    get withheld() {
      return head.fields.filter(([name]) => subject.isWithheld(name));
    },
  };
}

/** An exchange as the rules see it. */
interface Subject {
  readonly request: CacheRequest;
  readonly head: ResponseHead;
  readonly rules: CachingRules;
  readonly validators: Validators;
  readonly control: CacheControl;
  readonly lifetime: FreshnessLifetime;
  readonly vary: readonly string[] | "*";
  readonly tags: readonly string[];
  readonly isWithheld: (name: string) => boolean;
}

function verdictOn({ request, head, rules, validators, isWithheld, ...facts }: Subject): Storability {
  return storability({
    ...facts,
    method: request.storableMethod,
    status: head.status,
    isExactPart: head.part !== undefined && hasStrongValidator(validators),
    hasValidator: validators.entityTag !== undefined || validators.lastModified !== undefined,
    hasAuthorization: request.header("authorization") !== null,
    hasSetCookie: !isWithheld("set-cookie") && fieldValue(head.fields, "set-cookie") !== undefined,
    knownEnd: head.knownEnd,
    heuristicErrors: rules.freshness.heuristicErrors,
  });
}

function metadataOf({ request, head, rules, validators, control, lifetime, vary, tags, isWithheld }: Subject) {
  const { date } = validators;
  const metadata: StoredMetadata = {
    ...validators,
    status: head.status,
    fields: storedFields(head.fields, date, isWithheld),
    selecting: selectingFields(vary === "*" ? [] : vary, request),
    receivedAt: head.receivedAt,
    initialAge: initialAge(date, fieldValue(head.fields, "age"), head),
    freshnessLifetime: cappedLifetime(head.status, lifetime, rules.freshness.errorMax),
    windows: staleWindows(control, lifetime, rules.freshness),
    validateAlways: control.noCache,
    neverStale: forbidsStale(control),
    immutable: control.immutable,
    part: head.part,
    language: rules.byContentLanguage ? languageOf(head.fields) : undefined,
    tags,
    staleSince: Infinity,
  };
  return metadata;
}

/** A response in the form the store holds it. */
export function asStored(flight: Flight, metadata: StoredMetadata, body: GrowingBody): StoredResponse {
  const { key, uri } = flight.leader;
  const { began } = flight;
  return {
    ...metadata,
    key,
    uri,
    began,
    checkedAt: began,
    isPurged: false,
    body,
    typed: isTyped(metadata),
    rendering: undefined,
  };
}

/** Whether a response has a `Content-Type`. */
export function isTyped(metadata: StoredMetadata): boolean {
  return fieldValue(metadata.fields, "content-type") !== undefined;
}

interface LifetimeFacts {
  readonly governing: GoverningControl;
  readonly validators: Validators;
  readonly rules: CachingRules;
}

function lifetimeOf(
  request: CacheRequest,
  head: ResponseHead,
  { governing: { control, isTargeted }, validators: { date, lastModified }, rules: { freshness } }: LifetimeFacts,
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

/** The language of a response that is in one only (RFC 9110 §8.5). */
function languageOf(fields: FieldLines): string | undefined {
  const language = fieldValue(fields, "content-language")?.toLowerCase();
  return language?.includes(",") ? undefined : language;
}

/** Which fields only the client gets that asked: those named by `private` and `no-cache`, and cookies if so configured. */
function withholding({ privateFields, noCacheFields }: CacheControl, rules: CachingRules): (name: string) => boolean {
  const named = [...privateFields, ...noCacheFields];
  if (rules.setCookie === "strip") named.push("set-cookie");
  // The date is that of the message, and every response has one.
  return named.length === 0 ? () => false : (name) => named.includes(name) && name !== "date";
}

/** Written anew on delivery. */
const REWRITTEN: ReadonlySet<string> = new Set(["age", "content-length"]);

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
