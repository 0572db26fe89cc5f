import { type Benchmark, jobWith } from "../benchmark.ts";
import { consume, expectAnswer, type Lab, TEN_KB } from "../lab.ts";
import type { ArrivalOptions } from "../arrivals.ts";
import type { OriginOptions } from "../origin.ts";

/** What the origin is asked for, up to the last byte of the answer. */
export const FORWARDED: readonly Benchmark[] = [
  {
    name: "miss + store 10 KB",
    prepare: async (lab) => {
      const answer = await forwarding(lab, { bytes: TEN_KB }, { says: "stored" });
      let count = 0;
      return jobWith(() => lab.arrive(`/page-${count++}`), answer);
    },
  },
  {
    name: "pass 10 KB, no-store",
    prepare: async (lab) => {
      const origin = { bytes: TEN_KB, fields: { "cache-control": "no-store" } };
      const answer = await forwarding(lab, origin, { says: "fwd=uri-miss" });
      return jobWith(() => lab.arrive("/page"), answer);
    },
  },
  {
    name: "pass 10 KB, POST",
    prepare: async (lab) => {
      const origin = { bytes: TEN_KB, fields: { "cache-control": "no-store" } };
      const answer = await forwarding(lab, origin, { says: "fwd=method", method: "POST" });
      return jobWith(() => lab.arrive("/page", { method: "POST" }), answer);
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
  return async ({ request, peer }: ReturnType<Lab["arrive"]>) =>
    await consume(await engine.handle(request, { peer }));
}
