import { ExtraRequests } from "../origin/extra-requests.ts";
import { InvalidationOrder } from "../invalidation/epochs.ts";
import type { PurgeLog } from "../invalidation/purge-log.ts";
import type { PurgeRecord } from "../invalidation/purge-request.ts";
import { Purges } from "../invalidation/purges.ts";
import { type FetchHandler, originFromFetch } from "../origin/fetch-origin.ts";
import type { OriginClient } from "../origin/origin-client.ts";
import { ByteBudget } from "../storage/byte-budget.ts";
import type { GrowingBodyOptions } from "../storage/body-settings.ts";
import type { SealedBody } from "../storage/growing-body.ts";
import { InFlightBytes } from "../storage/in-flight-bytes.ts";
import { MemoryStore } from "../storage/memory-store.ts";
import type { ResponseStore } from "../storage/response-store.ts";
import { ORIGIN_TROUBLE } from "../policy/reuse.ts";
import { DEFAULT_TAG_FIELDS } from "../policy/tags.ts";
import { type Clock, type Milliseconds, type Seconds, systemClock } from "../time/clock.ts";
import { systemTimers, type Timers } from "../time/timers.ts";
import { compileKeyRules, type QueryRules } from "./cache-key.ts";
import type { CachingRules, FreshnessDefaults, SetCookieRule } from "./caching-rules.ts";
import { CoalescingCounters } from "./coalescing-counters.ts";
import { type CoalescingRules, DEFAULT_COALESCING } from "./coalescing-rules.ts";
import type { DeliveryStyle } from "./delivery.ts";
import type { FieldRecord } from "./delivery-fields.ts";
import type { ExchangeObserver } from "./exchange.ts";
import type { FetchPorts } from "./fetch-response.ts";
import { Foresight } from "./foresight.ts";
import { SearchAliases } from "./search-aliases.ts";
import { Tagging } from "./tagging.ts";

/** How a `CacheEngine` is set up. Only the origin has no default. */
export interface EngineOptions {
  /** Where answers come from: an origin client, or any function from `Request` to `Response`. */
  readonly origin: OriginClient | FetchHandler;
  /** Memory for stored responses and those being received, in bytes. 256 MiB by default. */
  readonly memoryBytes?: number;
  /** Largest body that is stored, in bytes. 32 MiB by default; larger ones are passed through. */
  readonly maxObjectBytes?: number;
  /** Sorted, with nothing ignored, by default. */
  readonly query?: Partial<QueryRules>;
  readonly freshness?: Partial<FreshnessDefaults>;
  /** How requests for the same thing wait for each other. */
  readonly coalescing?: Partial<CoalescingRules>;
  /** Statuses for which `stale-if-error` applies. 500, 502, 503 and 504 by default. */
  readonly errorStatuses?: readonly number[];
  /** Whether responses that set cookies are left out of the store, or stored without the cookies. `"pass"` by default. */
  readonly setCookie?: SetCookieRule;
  /**
   * Whether a response that varies on `Accept-Language` is used for every client that wants its `Content-Language` above
   * all others. For origins that choose by weight. False by default.
   */
  readonly byContentLanguage?: boolean;
  /**
   * Fields that govern instead of `Cache-Control` and `Expires` (RFC 9213), in order of precedence.
   * `Lacquer-Cache-Control`, then `CDN-Cache-Control`, by default; `Surrogate-Control` may be named too.
   */
  readonly targetedControl?: readonly string[];
  /** Response fields that are not sent on to clients. `Lacquer-Cache-Control` and `Surrogate-Control` by default. */
  readonly hiddenFields?: readonly string[];
  /** Response fields that hold tags. `Surrogate-Key`, `Cache-Tag`, `Edge-Cache-Tag` and `xkey` by default. */
  readonly tagFields?: readonly string[];
  /** Whether clients get the fields that hold tags. False by default; `Cache-Groups` is for all caches, and sent on. */
  readonly sendTags?: boolean;
  /** Where purges are written down before they are acknowledged. Nowhere by default: they then end with the process. */
  readonly purgeLog?: PurgeLog;
  /** What such a log held when it was opened. */
  readonly purged?: readonly PurgeRecord[];
  /** Largest content of a QUERY that is read in order to key it, in bytes. 64 KiB by default; larger ones are passed on. */
  readonly maxQueryBytes?: number;
  /** Whose `Forwarded` and `X-Forwarded-*` are believed, and whose request directives obeyed. Nobody's by default. */
  readonly isTrusted?: (address: string | undefined) => boolean;
  /** What tells this instance from others in `Via`: letters, digits, `.`, `_` and `-`. Random by default. */
  readonly instance?: string;
  /** A reader that takes nothing for this long while others wait for it is broken off. 60 s by default. */
  readonly stallLimit?: Milliseconds;
  /** Told of each exchange once it is over. */
  readonly onExchange?: ExchangeObserver;
  readonly clock?: Clock;
  readonly timers?: Timers;
  /** Puts a complete body into the form the runtime sends fastest; bytes by default. */
  readonly sealBody?: (bytes: Uint8Array<ArrayBuffer>) => SealedBody;
  /** Puts header fields that will be sent many times into the form the runtime sends fastest; as they are by default. */
  readonly sealFields?: (fields: FieldRecord) => HeadersInit;
  /**
   * Whether responses that are sent often are copies of one that is kept, which takes the memory of their bodies a second
   * time, within `memoryBytes`. For runtimes whose `Response.clone()` costs much less than a new `Response`. Default:
   * false.
   */
  readonly copyResponses?: boolean;
  /** Makes texts that separate the parts of multipart bodies: random ones by default. */
  readonly boundary?: () => string;
  /** A store of one's own. It has to draw on `budget`. */
  readonly createStore?: (budget: ByteBudget) => ResponseStore;
}

/** An engine's parts, all present. */
export interface EngineParts extends FetchPorts {
  readonly style: DeliveryStyle;
  readonly purgeLog: PurgeLog | undefined;
  readonly purged: readonly PurgeRecord[];
  readonly budget: ByteBudget;
  readonly coalescing: CoalescingRules;
  readonly counters: CoalescingCounters;
}

const MIB = 1024 * 1024;
const MINUTE: Seconds = 60;

/** What the engine does where neither response nor options say. */
export const DEFAULT_FRESHNESS: FreshnessDefaults = {
  heuristic: true,
  heuristicMax: 24 * 60 * MINUTE,
  heuristicErrors: false,
  staleWhileRevalidate: 0,
  staleIfError: 0,
  keep: 10 * MINUTE,
  errorMax: 10,
};

/** The fields of RFC 9213 that are meant for caches like this one. */
export const DEFAULT_TARGETED_CONTROL: readonly string[] = ["lacquer-cache-control", "cdn-cache-control"];

/** What is said to this cache alone. `CDN-Cache-Control` is not among it: another one of its kind may stand before us. */
export const DEFAULT_HIDDEN_FIELDS: readonly string[] = ["lacquer-cache-control", "surrogate-control"];

/** How far a body that is not stored is read ahead of its slowest reader. */
const WINDOW_BYTES = MIB;

/**
 * The parts of an engine, with defaults where the options name none.
 *
 * @throws {RangeError} when a size is not a positive whole number, or the instance cannot stand in `Via`.
 */
export function resolveOptions(options: EngineOptions): EngineParts {
  const memoryBytes = positive("memoryBytes", options.memoryBytes ?? 256 * MIB);
  const retainLimit = positive("maxObjectBytes", options.maxObjectBytes ?? 32 * MIB);
  const budget = new ByteBudget(memoryBytes);
  const coalescing = coalescingRules(options.coalescing ?? {});
  const counters = new CoalescingCounters();
  const clock = options.clock ?? systemClock;
  const bodies: GrowingBodyOptions = {
    retainLimit,
    window: WINDOW_BYTES,
    stallLimit: options.stallLimit ?? 60_000,
    laggardLimit: coalescing.laggardLimit,
    fill: coalescing.fill,
    budget,
    // Half of the memory is for what is stored, unless a single body may need more than the other half.
    inFlight: new InFlightBytes(budget, Math.min(memoryBytes, Math.max(memoryBytes / 2, retainLimit))),
    clock,
    timers: options.timers ?? systemTimers,
    seal: options.sealBody ?? ((bytes) => bytes),
    events: {
      leftBehind: (readers) => counters.add("leftBehind", readers),
      resumed: () => counters.add("resumes"),
      restarted: () => counters.add("restarts"),
    },
  };
  const caching = cachingRules(options, coalescing);
  const purged = options.purged ?? [];
  const store = options.createStore?.(budget) ?? new MemoryStore(budget);
  return {
    origin: typeof options.origin === "function" ? originFromFetch(options.origin) : options.origin,
    store,
    purgeLog: options.purgeLog,
    purged,
    budget,
    coalescing,
    counters,
    foresight: new Foresight(coalescing, { budget, store }),
    retries: new ExtraRequests(),
    purges: new Purges(new InvalidationOrder(purged.at(-1)?.sequence)),
    aliases: new SearchAliases(budget),
    clock,
    rules: {
      key: compileKeyRules({ sort: options.query?.sort ?? true, ignore: options.query?.ignore ?? [] }),
      isTrusted: options.isTrusted ?? (() => false),
      isSurrogate: caching.targets.includes("surrogate-control"),
      instance: token("instance", options.instance ?? crypto.randomUUID().slice(0, 8)),
    },
    caching,
    bodies,
    style: {
      sealFields: options.sealFields ?? ((fields) => fields),
      copiesResponses: options.copyResponses ?? false,
      hidden: caching.hidden,
      boundary: options.boundary ?? (() => crypto.randomUUID()),
    },
  };
}

function cachingRules(options: EngineOptions, { shareNoCache, routes }: CoalescingRules): CachingRules {
  const lowerCase = (names: readonly string[]) => names.map((name) => name.toLowerCase());
  const tagFields = lowerCase(options.tagFields ?? DEFAULT_TAG_FIELDS);
  const hidden = lowerCase(options.hiddenFields ?? DEFAULT_HIDDEN_FIELDS);
  return {
    freshness: { ...DEFAULT_FRESHNESS, ...options.freshness },
    setCookie: options.setCookie ?? "pass",
    shareNoCache,
    byContentLanguage: options.byContentLanguage ?? false,
    targets: lowerCase(options.targetedControl ?? DEFAULT_TARGETED_CONTROL),
    tagging: new Tagging(tagFields, routes),
    hidden: new Set(options.sendTags === true ? hidden : [...hidden, ...tagFields]),
    errorStatuses: new Set(options.errorStatuses ?? ORIGIN_TROUBLE),
    maxQueryBytes: options.maxQueryBytes ?? 64 * 1024,
  };
}

function coalescingRules(given: Partial<CoalescingRules>): CoalescingRules {
  const rules = { ...DEFAULT_COALESCING, ...given };
  positive("coalescing.maxSpeculative", rules.maxSpeculative);
  positive("coalescing.maxWait", rules.maxWait);
  positive("coalescing.laggardLimit", rules.laggardLimit);
  return rules;
}

function positive(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new RangeError(`Cannot use ${name} "${value}": it is not a positive whole number`);
}

function token(name: string, value: string): string {
  if (/^[\w.-]{1,64}$/.test(value)) return value;
  throw new RangeError(`Cannot use ${name} "${value}": it is not 1 to 64 letters, digits, ".", "_" or "-"`);
}
