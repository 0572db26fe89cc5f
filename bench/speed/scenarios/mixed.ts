import { LACQUERS, PEERS } from "../contender.ts";
import { zipf } from "../lua.ts";
import { CONNECTIONS, type Scenario } from "../scenario.ts";
import { SIZES } from "../sizes.ts";

const KEYS = 10_000;
const NEW_SHARE = 0.05;
const prefix = "/new/mixed-";
const length = SIZES["10k"];

/** 10,000 keys by Zipf's law, and new ones now and then. */
export const MIXED: Scenario = {
  name: "mixed",
  title: "Zipf over 10,000 keys, 5 % misses",
  tracks: [{
    mark: "",
    contenders: [...PEERS, ...LACQUERS],
    load: {
      connections: CONNECTIONS,
      path: `${prefix}1`,
      length,
      lua: zipf(prefix, KEYS, { newPrefix: "/new/", newShare: NEW_SHARE }),
    },
    probes: [{ path: `${prefix}1`, status: 200, length, again: "hit" }],
    fill: { prefix, count: KEYS },
  }],
};
