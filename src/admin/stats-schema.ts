// What is told of the engine and its origins, as it is described to clients.
import { z } from "zod";
import type { EngineStats } from "../engine/engine-stats.ts";
import type { OriginInfo } from "./admin-ports.ts";

const count = () => z.int().min(0);

const coalescing = z.object({
  flights: count().describe("fetches for the store begun so far"),
  flightsNow: count().describe("fetches in the air"),
  waiters: count().describe("requests that have waited for the fetch of another"),
  waitersNow: count().describe("requests that wait now"),
  waits: z.array(count()).describe(
    "waits that ended within 1, 5, 10, 25, 50, 100, 250, 500 ms, 1, 2.5, 5 s, and later",
  ),
  shares: count().describe("requests answered from a fetch that was not theirs"),
  rebuckets: count().describe("waiters for whom the answer was another variant"),
  releases: count().describe("waiters sent to the origin for an answer of their own"),
  gaveUp: count().describe("waiters who gave up waiting"),
  hedges: count().describe("fetches made for them"),
  reelections: count().describe("failed fetches that another waiter was allowed to try once more"),
  speculative: count().describe("fetches begun because it was unknown on what the answer depends"),
  wasted: count().describe("those of them that turned out needless"),
  resumes: count().describe("bodies that went on from where their origin broke off"),
  restarts: count().describe("bodies that were fetched from the beginning again"),
  leftBehind: count().describe("readers too slow for the others"),
  bytesInFlight: count().describe("bytes of bodies that are still arriving"),
  bytesRemembered: count().describe("memory taken by what is remembered of keys and routes"),
});

const purging = z.object({
  sequence: count().describe("the place of the latest purge in the order of all"),
  scopes: count().describe("epochs held"),
  bans: count().describe("bans not yet carried out on everything older"),
  reclaiming: count().describe("stored responses still to be looked at, to give their memory back"),
});

const engine = z.object({
  size: count().describe("responses stored"),
  bytes: count().describe("bytes of memory in use"),
  limit: count().describe("bytes that memory is bounded by"),
  fetching: count().describe("fetches in the air"),
  coalescing,
  purging,
}) satisfies z.ZodType<EngineStats>;

/** The answer of `GET /v1/stats`. */
export const statsSchema = engine.extend({
  version: z.string(),
  uptime: z.number().min(0).describe("seconds since the start"),
});

const origin = z.object({
  url: z.string().describe("scheme, host and port"),
  resting: z.boolean().describe("passed over for a while, since no connection could be opened"),
}) satisfies z.ZodType<OriginInfo>;

/** The answer of `GET /v1/origins`. */
export const originsSchema = z.object({ origins: z.array(origin) });
