import { commonOutcome, exactly, type Measured, type Outcome, type Scenario } from "../scenario.ts";
import { crowdOnKey } from "./crowd-on-key.ts";

const CLIENTS = 100;

export const personal: Scenario = {
  point: 4,
  rows: [
    { id: "4a", title: "100 private with a cookie each, cold", bound: "100 requests, 700 ms, none shared" },
    { id: "4b", title: "4a again at once", bound: "100 requests, 360 ms, none shared" },
  ],
  async play(stage) {
    const directory = stage.newDirectory();
    await stage.origin.plan(directory, { fields: { "Cache-Control": "private" }, body: { kind: "named" } });
    const crowd = { path: `/${directory}/account`, clients: CLIENTS, by: "cookie" } as const;
    const cold = await crowdOnKey(stage, crowd);
    const known = await crowdOnKey(stage, crowd);
    return [outcome(cold, 700), outcome(known, 360)];
  },
};

function outcome(measured: Measured, wallMs: number): Outcome {
  const common = commonOutcome(measured, { requests: Infinity, wallMs });
  return { ...common, misses: [...exactly("origin requests", measured.requests, CLIENTS), ...common.misses] };
}
