import type { CacheEngine } from "../engine/cache-engine.ts";

/** What the admin API needs of an engine. */
export type AdminEngine = Pick<CacheEngine, "purge" | "stats">;
