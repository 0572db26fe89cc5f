import { commonOutcome, type Scenario } from "../scenario.ts";
import { crowdOnKey } from "./crowd-on-key.ts";

export const same: Scenario = {
  point: 1,
  rows: [{ id: "1", title: "200 same, cacheable", bound: "1 request, 360 ms" }],
  async play(stage) {
    const directory = stage.newDirectory();
    await stage.origin.plan(directory, { fields: { "Cache-Control": "max-age=60" }, body: { kind: "named" } });
    const measured = await crowdOnKey(stage, { path: `/${directory}/page`, clients: 200, by: "path" });
    return [commonOutcome(measured, { requests: 1, wallMs: 360 })];
  },
};
