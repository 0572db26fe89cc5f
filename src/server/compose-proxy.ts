import type { AdminPorts } from "../admin/admin-ports.ts";
import type { Settings } from "../config/settings.ts";
import { CacheEngine } from "../engine/cache-engine.ts";
import type { FreshnessDefaults } from "../engine/caching-rules.ts";
import { RoundRobinOrigins } from "../origin/round-robin-origins.ts";
import { systemClock } from "../time/clock.ts";
import type { AccessRecord } from "./access-log.ts";
import { proxyHandler } from "./proxy-handler.ts";
import { purgeMethod } from "./purge-method.ts";
import type { OpenedPurgeLog, RequestHandler, Runtime } from "./runtime.ts";
import { trustedProxies } from "./trusted-proxies.ts";

/** A proxy put together and ready for requests. */
export interface Proxy {
  readonly handler: RequestHandler;
  /** What the admin API shows and does. */
  readonly admin: Pick<AdminPorts, "engine" | "origins">;
  /** Waits for background work, then closes the connections to the origins, and the log of purges. */
  close(): Promise<void>;
}

/** Options of `composeProxy()`. */
export interface ProxyOptions {
  /** Told of each request once its response has been sent or has broken off. */
  readonly onExchange?: (record: AccessRecord) => void;
  /** Where purges outlive the process. */
  readonly purges?: OpenedPurgeLog | undefined;
}

/** Puts a proxy together from its settings: the one place where stores, origins and the engine are made. */
export function composeProxy(settings: Settings, runtime: Runtime, options: ProxyOptions = {}): Proxy {
  const { onExchange, purges } = options;
  const origins = composeOrigins(settings, runtime);
  const engine = new CacheEngine({
    origin: origins,
    memoryBytes: settings.memoryBytes,
    maxObjectBytes: settings.maxObjectBytes,
    query: settings.query,
    freshness: freshnessOf(settings),
    errorStatuses: settings.freshness.errorStatuses,
    byContentLanguage: settings.vary.byContentLanguage,
    setCookie: settings.setCookie,
    targetedControl: settings.targetedControl,
    hiddenFields: settings.hiddenFields,
    tagFields: settings.tags.fields,
    sendTags: settings.tags.send,
    maxQueryBytes: settings.limits.maxQueryBytes,
    coalescing: { ...settings.coalescing, routes: settings.routes },
    isTrusted: trustedProxies(settings.trustedProxies),
    stallLimit: settings.limits.sendTimeout,
    sealBody: (bytes) => runtime.wrapBody(bytes),
    sealFields: (fields) => runtime.wrapFields(fields),
    copyResponses: runtime.copiesResponses,
    ...(onExchange && { onExchange }),
    ...(purges && { purgeLog: purges.log, purged: purges.records }),
  });
  const handler = proxyHandler({
    engine,
    hosts: settings.hosts,
    clock: systemClock,
    purgeMethod: purgeMethod(engine, settings.purgeMethod.allow),
    onRejected: onExchange,
  });
  const admin = { engine, origins: () => origins.states.map(({ name, resting }) => ({ url: name, resting })) };
  const close = async () => {
    await engine.close();
    await purges?.log.close();
  };
  return { handler, admin, close };
}

function composeOrigins(settings: Settings, runtime: Runtime): RoundRobinOrigins {
  const origins = settings.origins.map((options) => ({ name: options.url, client: runtime.connectOrigin(options) }));
  return new RoundRobinOrigins(origins, systemClock);
}

/** The engine counts in seconds, as HTTP does. */
function freshnessOf({ freshness }: Settings): FreshnessDefaults {
  return {
    heuristic: freshness.heuristic,
    heuristicMax: freshness.heuristicMaxMs / 1000,
    heuristicErrors: freshness.heuristicErrors,
    staleWhileRevalidate: freshness.staleWhileRevalidateMs / 1000,
    staleIfError: freshness.staleIfErrorMs / 1000,
    keep: freshness.keepMs / 1000,
    errorMax: freshness.errorTtlMaxMs / 1000,
  };
}
