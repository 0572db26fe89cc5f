import { setImmediate } from "node:timers";
import type { Arrival, ArrivalOptions } from "../arrivals.ts";
import { type Benchmark, jobWith } from "../benchmark.ts";
import { consume, expectAnswer, type Lab, TEN_KB } from "../lab.ts";
import type { OriginOptions } from "../origin.ts";

/** What the origin is asked for, up to the last byte of the answer. */
export const FORWARDED: readonly Benchmark[] = [
  {
    name: "miss + store 10 KB",
    prepare: async (lab) => {
      const answer = await forwarding(lab, { bytes: TEN_KB }, { says: "stored" });
      let count = 0;
      return jobWith(() => afterTurn(() => lab.arrive(`/page-${count++}`)), answer);
    },
  },
  {
    name: "pass 10 KB, no-store",
    prepare: async (lab) => {
      const origin = { bytes: TEN_KB, fields: { "cache-control": "no-store" } };
      const answer = await forwarding(lab, origin, { says: "fwd=uri-miss" });
      return jobWith(() => afterTurn(() => lab.arrive("/page")), answer);
    },
  },
  {
    name: "pass 10 KB, POST",
    prepare: async (lab) => {
      const origin = { bytes: TEN_KB, fields: { "cache-control": "no-store" } };
      const answer = await forwarding(lab, origin, { says: "fwd=method", method: "POST" });
      return jobWith(() => afterTurn(() => lab.arrive("/page", { method: "POST" })), answer);
    },
  },
];

interface Way extends ArrivalOptions {
  /** What `Cache-Status` says of it. */
  readonly says: string;
}

async function forwarding(lab: Lab, origin: OriginOptions, { says, ...options }: Way) {
  const engine = await lab.engine(origin);
  await expectAnswer(engine, lab.arrive("/first", options), { status: 200, says, bytes: origin.bytes });
  return async ({ request, peer }: Arrival) => await consume(await engine.handle(request, { peer }));
}

/** In a server the event loop turns between requests; without that, what waits for a turn would pile up. */
async function afterTurn(make: () => Arrival): Promise<Arrival> {
  await new Promise((resolve) => setImmediate(resolve));
  return make();
}
