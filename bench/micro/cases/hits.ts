import type { CacheEngine } from "../../../src/engine/cache-engine.ts";
import type { ClientConnection } from "../../../src/server/runtime.ts";
import type { Arrival } from "../arrivals.ts";
import { type Benchmark, type Job, job, jobWith } from "../benchmark.ts";
import { expectAnswer, type Expected, type Lab, TEN_KB } from "../lab.ts";
import { ringOf } from "../ring.ts";

/** Requests that are ready before anything is measured. */
const RING = 240;

const HIT: Expected = { status: 200, says: "hit", bytes: TEN_KB };

/** What is answered from memory. */
export const HITS: readonly Benchmark[] = [
  {
    name: "hit 10 KB",
    prepare: async (lab) => {
      const arrivals = ring(() => lab.arrive("/page"));
      return handling(await filled(lab, arrivals, HIT), arrivals);
    },
  },
  {
    name: "hit 10 KB, unread Request",
    prepare: async (lab) => {
      const engine = await filled(lab, ring(() => lab.arrive("/page")), HIT);
      return jobWith(() => lab.arrive("/page"), ({ request, peer }) => engine.handle(request, { peer }));
    },
  },
  { name: "hit 10 KB, with proxy handler", prepare: throughHandler },
  {
    name: "hit 10 KB, logged",
    prepare: async (lab) => {
      const log = (await lab.tree.take("server/access-log.ts", "createAccessLog"))("json", () => {});
      const arrivals = ring(() => lab.arrive("/page"));
      const engine = await lab.engine({ bytes: TEN_KB }, { onExchange: (exchange) => log.record(exchange) });
      await lab.fill(engine, arrivals);
      await expectAnswer(engine, arrivals[0]!, HIT);
      return handling(engine, arrivals);
    },
  },
  { name: "hit, 12 variants of Vary", prepare: variants },
  {
    name: "304",
    prepare: async (lab) => {
      const arrivals = ring(() => lab.arrive("/page", { fields: { "if-none-match": '"5f3c-62ab9d"' } }));
      const engine = await filled(lab, [lab.arrive("/page")], HIT);
      await expectAnswer(engine, arrivals[0]!, { status: 304, says: "hit", bytes: 0 });
      return handling(engine, arrivals);
    },
  },
  {
    name: "range of 1 KB",
    prepare: async (lab) => {
      const arrivals = ring(() => lab.arrive("/page", { fields: { range: "bytes=2048-3071" } }));
      const engine = await filled(lab, [lab.arrive("/page")], HIT);
      await expectAnswer(engine, arrivals[0]!, { status: 206, says: "hit", bytes: 1024 });
      return handling(engine, arrivals);
    },
  },
];

const ENCODINGS = ["gzip", "br", "identity"];
const LANGUAGES = ["en", "de", "fr", "es"];

async function variants(lab: Lab): Promise<Job> {
  const pairs = ENCODINGS.flatMap((encoding) => LANGUAGES.map((language) => [encoding, language] as const));
  const arrivals = ring((index) => {
    const [encoding, language] = pairs[index % pairs.length]!;
    return lab.arrive("/page", { fields: { "accept-encoding": encoding, "accept-language": language } });
  });
  const engine = await lab.engine({ bytes: TEN_KB, fields: { vary: "Accept-Encoding, Accept-Language" } });
  await lab.fill(engine, arrivals);
  for (const arrival of arrivals.slice(0, pairs.length)) await expectAnswer(engine, arrival, HIT);
  if (engine.size !== pairs.length) throw new Error(`Cannot measure: ${engine.size} variants are stored`);
  return handling(engine, arrivals);
}

/** With everything that stands between the listener and the engine. */
async function throughHandler(lab: Lab): Promise<Job> {
  const proxyHandler = await lab.tree.take("server/proxy-handler.ts", "proxyHandler");
  const clock = await lab.tree.take("time/clock.ts", "systemClock");
  const arrivals = ring(() => lab.arrive("/page"));
  const engine = await filled(lab, arrivals, HIT);
  const handler = proxyHandler({ engine, hosts: [], clock, onRejected: undefined });
  const next = ringOf(arrivals);
  const answer = () => {
    const { request, peer } = next();
    return handler(request, peer as ClientConnection);
  };
  const { status } = await answer();
  if (status !== 200) throw new Error(`Cannot measure: the proxy handler answers ${status}`);
  return job(answer);
}

function ring(make: (index: number) => Arrival): readonly Arrival[] {
  return Array.from({ length: RING }, (_, index) => make(index));
}

async function filled(lab: Lab, arrivals: readonly Arrival[], expected: Expected): Promise<CacheEngine> {
  const engine = await lab.engine({ bytes: expected.bytes });
  await lab.fill(engine, arrivals);
  await expectAnswer(engine, arrivals[0]!, expected);
  return engine;
}

/** `engine.handle()` as the listeners call it. */
export function handling(engine: CacheEngine, arrivals: readonly Arrival[]): Job {
  const next = ringOf(arrivals);
  return job(() => {
    const { request, peer } = next();
    return engine.handle(request, { peer });
  });
}
