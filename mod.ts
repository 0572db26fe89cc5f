/**
 * A shared HTTP cache (RFC 9111) as a library.
 *
 * ```ts
 * import { CacheEngine } from "@lacquer/lacquer";
 *
 * const engine = new CacheEngine({ origin: (request) => app.fetch(request) });
 * const response = await engine.handle(request);
 * ```
 *
 * @module
 */
export { CacheEngine, type HandleOptions } from "./src/engine/cache-engine.ts";
export type { QueryRules } from "./src/engine/cache-key.ts";
export type { FreshnessDefaults, SetCookieRule } from "./src/engine/caching-rules.ts";
export type { CoalescingStats } from "./src/engine/coalescing-counters.ts";
export { type CoalescingRules, DEFAULT_COALESCING } from "./src/engine/coalescing-rules.ts";
export type { RouteRule } from "./src/engine/routes.ts";
export { DEFAULT_FRESHNESS, type EngineOptions } from "./src/engine/engine-options.ts";
export type { Decision, Exchange, ExchangeObserver, ExchangeOutcome, ForwardReason } from "./src/engine/exchange.ts";
export type { EngineStats, PurgingStats } from "./src/engine/engine-stats.ts";
export type { BanCondition, BanSpec, TextTest } from "./src/invalidation/ban.ts";
export type { PurgeLog } from "./src/invalidation/purge-log.ts";
export {
  PurgeError,
  type PurgeReceipt,
  type PurgeRecord,
  type PurgeRefusal,
  type PurgeRequest,
  type PurgeScope,
} from "./src/invalidation/purge-request.ts";
export type { RequestPeer } from "./src/engine/cache-request.ts";
export { type FetchHandler, originFromFetch } from "./src/origin/fetch-origin.ts";
export type { BodyFraming, OriginClient, OriginRequest, OriginResponse } from "./src/origin/origin-client.ts";
export { OriginError, type OriginFailure } from "./src/origin/origin-error.ts";
export type { FieldLine, FieldLines } from "./src/http/field-lines.ts";
export type { FillPolicy } from "./src/storage/fill-policy.ts";
export { ByteBudget } from "./src/storage/byte-budget.ts";
export { MemoryStore } from "./src/storage/memory-store.ts";
export type { ResponseStore, StoredResponse } from "./src/storage/response-store.ts";
export type { Clock } from "./src/time/clock.ts";
export type { Timers } from "./src/time/timers.ts";
export { defineConfig, type LacquerConfig } from "./src/config/define-config.ts";
