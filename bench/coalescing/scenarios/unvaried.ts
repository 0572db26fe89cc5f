import { commonOutcome, type Scenario } from "../scenario.ts";
import { crowdOnKey } from "./crowd-on-key.ts";

export const unvaried: Scenario = {
  point: 3,
  rows: [
    { id: "3a", title: "200 over 12 Accept, does not vary, cold", bound: "4 requests" },
    { id: "3b", title: "the same on a sibling in its directory", bound: "1 request" },
  ],
  async play(stage) {
    const directory = stage.newDirectory();
    await stage.origin.plan(directory, { fields: { "Cache-Control": "max-age=60" }, body: { kind: "named" } });
    const crowd = { clients: 200, by: "path", accepts: { count: 12 } } as const;
    const first = await crowdOnKey(stage, { ...crowd, path: `/${directory}/first` });
    const sibling = await crowdOnKey(stage, { ...crowd, path: `/${directory}/sibling` });
    return [commonOutcome(first, { requests: 4 }), commonOutcome(sibling, { requests: 1 })];
  },
};
