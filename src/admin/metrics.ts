import { WAIT_BOUNDS } from "../engine/coalescing-counters.ts";
import type { Seconds } from "../time/clock.ts";
import type { EngineStats } from "../engine/engine-stats.ts";
import type { OriginInfo } from "./admin-ports.ts";

/** Media type of the text format of Prometheus. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** What metrics are made of. */
export interface MetricsSource {
  readonly stats: EngineStats;
  readonly origins: readonly OriginInfo[];
  readonly version: string;
  readonly uptime: Seconds;
}

interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Name without `lacquer_`, what it is, and its samples, or the one value. */
type Family = readonly [name: string, help: string, samples: number | readonly Sample[]];

/** Metrics in the text format of Prometheus. What only grows has a name that ends in `_total`; the rest are gauges. */
export function renderMetrics(source: MetricsSource): string {
  const families = [
    ...processFamilies(source),
    ...storeFamilies(source.stats),
    ...coalescingFamilies(source.stats.coalescing),
    ...purgingFamilies(source.stats.purging),
  ];
  return families.map(renderFamily).join("");
}

function processFamilies({ origins, version, uptime }: MetricsSource): Family[] {
  const resting = origins.map(({ url, resting }) => ({ labels: { origin: url }, value: resting ? 1 : 0 }));
  return [
    ["build_info", "The version that runs.", [{ labels: { version }, value: 1 }]],
    ["uptime_seconds", "Time since the start.", uptime],
    ["origin_resting", "Whether an origin is passed over, since no connection to it could be opened.", resting],
  ];
}

function storeFamilies(stats: EngineStats): Family[] {
  return [
    ["stored_responses", "Responses stored.", stats.size],
    ["memory_bytes", "Memory in use by the store.", stats.bytes],
    ["memory_limit_bytes", "What that memory is bounded by.", stats.limit],
    ["fetches", "Fetches in the air.", stats.fetching],
  ];
}

function coalescingFamilies(stats: EngineStats["coalescing"]): Family[] {
  const waits = stats.waits.map((value, index) => ({ labels: { within: boundText(index) }, value }));
  return [
    ["flights_total", "Fetches for the store begun.", stats.flights],
    ["flights", "Fetches for the store in the air.", stats.flightsNow],
    ["waiters_total", "Requests that waited for the fetch of another.", stats.waiters],
    ["waiters", "Requests that wait now.", stats.waitersNow],
    ["waits_total", "Waits that ended, by the least bound in seconds that they kept within.", waits],
    ["shares_total", "Requests answered from a fetch that was not theirs.", stats.shares],
    ["rebuckets_total", "Waiters for whom the answer was another variant.", stats.rebuckets],
    ["releases_total", "Waiters sent to the origin for an answer of their own.", stats.releases],
    ["gave_up_total", "Waiters who gave up waiting.", stats.gaveUp],
    ["hedges_total", "Fetches made for waiters who gave up.", stats.hedges],
    ["reelections_total", "Failed fetches that another waiter tried once more.", stats.reelections],
    ["speculative_total", "Fetches begun because it was unknown on what the answer depends.", stats.speculative],
    ["wasted_total", "Speculative fetches that turned out needless.", stats.wasted],
    ["resumes_total", "Bodies that went on from where their origin broke off.", stats.resumes],
    ["restarts_total", "Bodies that were fetched from the beginning again.", stats.restarts],
    ["left_behind_total", "Readers too slow for the others.", stats.leftBehind],
    ["in_flight_bytes", "Bytes of bodies that are still arriving.", stats.bytesInFlight],
    ["remembered_bytes", "Memory taken by what is remembered of keys and routes.", stats.bytesRemembered],
  ];
}

function purgingFamilies(stats: EngineStats["purging"]): Family[] {
  return [
    ["purges_total", "The place of the latest purge in the order of all.", stats.sequence],
    ["purge_scopes", "Epochs held.", stats.scopes],
    ["bans", "Bans not yet carried out on everything older.", stats.bans],
    ["reclaiming_responses", "Stored responses still to be looked at, to give their memory back.", stats.reclaiming],
  ];
}

function boundText(index: number): string {
  const bound = WAIT_BOUNDS[index] ?? Infinity;
  return bound === Infinity ? "+Inf" : String(bound / 1000);
}

function renderFamily([name, help, samples]: Family): string {
  const fullName = `lacquer_${name}`;
  const kind = name.endsWith("_total") ? "counter" : "gauge";
  const list: readonly Sample[] = typeof samples === "number" ? [{ value: samples }] : samples;
  const lines = list.map(({ labels, value }) => `${fullName}${renderLabels(labels)} ${value}\n`);
  return `# HELP ${fullName} ${help}\n# TYPE ${fullName} ${kind}\n${lines.join("")}`;
}

function renderLabels(labels: Sample["labels"]): string {
  if (labels === undefined) return "";
  return `{${Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`).join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
