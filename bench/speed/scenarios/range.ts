import { LACQUERS, PEERS } from "../contender.ts";
import { CONNECTIONS, type Scenario } from "../scenario.ts";
import { SIZES } from "../sizes.ts";

const path = "/100k";
const length = 1024;
const fields = { Range: `bytes=0-${length - 1}` };

/** One range of a stored response. */
export const RANGE: Scenario = {
  name: "range",
  title: "Range, 1 KB of 100 KB",
  tracks: [{
    mark: "",
    contenders: [...PEERS, ...LACQUERS],
    load: { connections: CONNECTIONS, path, fields, length },
    probes: [
      { path, status: 200, length: SIZES["100k"], again: "hit" },
      { path, fields, status: 206, length, again: "hit" },
    ],
  }],
};
