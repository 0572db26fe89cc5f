import { LACQUERS, PEERS } from "../contender.ts";
import { entityTagOf } from "../origin.ts";
import { CONNECTIONS, type Scenario } from "../scenario.ts";
import { SIZES } from "../sizes.ts";

const path = "/10k";
const fields = { "If-None-Match": entityTagOf(SIZES["10k"]) };

/** Clients that have the response already. */
export const NOT_MODIFIED: Scenario = {
  name: "not-modified",
  title: "304 to If-None-Match",
  tracks: [{
    mark: "",
    contenders: [...PEERS, ...LACQUERS],
    load: { connections: CONNECTIONS, path, fields, length: 0 },
    probes: [
      { path, status: 200, length: SIZES["10k"], again: "hit" },
      { path, fields, status: 304, length: 0, again: "hit" },
    ],
  }],
};
