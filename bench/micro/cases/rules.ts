import type { RequestRules } from "../../../src/engine/cache-request.ts";
import type { AccessRecord } from "../../../src/server/access-log.ts";
import { urlOf } from "../arrivals.ts";
import { type Benchmark, type Job, job } from "../benchmark.ts";
import type { Lab } from "../lab.ts";
import { ringOf } from "../ring.ts";

const PLAIN = "/articles/2025/on-caches";
const QUERY = "/search?tag=http&page=3&q=vary&lang=en&sort=date&from=2024";

/** Single steps of the way, and the line that is written about it. */
export const RULES: readonly Benchmark[] = [
  { name: "keyOf, plain target", prepare: (lab) => keys(lab, PLAIN) },
  { name: "keyOf, query of 6 to sort", prepare: (lab) => keys(lab, QUERY) },
  { name: "normalizeRequest, plain target", prepare: (lab) => requests(lab, PLAIN) },
  { name: "normalizeRequest, query of 6 to sort", prepare: (lab) => requests(lab, QUERY) },
  { name: "Cache-Control, short", prepare: (lab) => controls(lab, "max-age=3600") },
  {
    name: "Cache-Control, long",
    prepare: (lab) =>
      controls(
        lab,
        'public, max-age=600, s-maxage="3600", no-cache="set-cookie, x-session", must-revalidate, ' +
          "stale-while-revalidate=30, stale-if-error=86400, immutable, x-unknown=1",
      ),
  },
  {
    name: "access log line",
    prepare: async (lab) => {
      const log = (await lab.tree.take("server/access-log.ts", "createAccessLog"))("json", () => {});
      const next = ringOf(targets(PLAIN).map(recordOf));
      return job(() => log.record(next()));
    },
  },
];

async function keys(lab: Lab, target: string): Promise<Job> {
  const keyOf = await lab.tree.take("engine/normalize-request.ts", "keyOf");
  const rules = await requestRules(lab);
  const next = ringOf(targets(target).map(urlOf));
  return job(() => keyOf(next(), rules));
}

async function requests(lab: Lab, target: string): Promise<Job> {
  const normalizeRequest = await lab.tree.take("engine/normalize-request.ts", "normalizeRequest");
  const rules = await requestRules(lab);
  const next = ringOf(targets(target).map((each) => lab.arrive(each)));
  return job(() => {
    const { request, peer } = next();
    return normalizeRequest(request, peer, rules);
  });
}

async function controls(lab: Lab, value: string): Promise<Job> {
  const parseCacheControl = await lab.tree.take("http/cache-control.ts", "parseCacheControl");
  return job(() => parseCacheControl(value));
}

/** Several, so that nothing can be learned of a single one. */
function targets(target: string): readonly string[] {
  return Array.from({ length: 240 }, (_, index) => target.replace("2", String(index)));
}

/** The rules of a server without configuration. */
export async function requestRules(lab: Lab): Promise<RequestRules> {
  const compileKeyRules = await lab.tree.take("engine/cache-key.ts", "compileKeyRules");
  return {
    key: compileKeyRules({ sort: true, ignore: [] }),
    isTrusted: (address) => address === "127.0.0.1",
    isSurrogate: false,
    instance: "bench",
  };
}

function recordOf(target: string): AccessRecord {
  return {
    method: "GET",
    url: urlOf(target),
    status: 200,
    startedAt: 1000,
    wallTime: Date.UTC(2025, 1, 1),
    duration: 0.0123,
    outcome: "hit",
    collapsed: false,
    stored: true,
    ttl: 3599,
    bytesSent: 10240,
    complete: true,
    clientAddress: "127.0.0.1",
    cacheStatus: "lacquer; hit; ttl=3599",
  };
}
