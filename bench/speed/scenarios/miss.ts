import { LACQUERS, PEERS } from "../contender.ts";
import { newKeys } from "../lua.ts";
import { CONNECTIONS, type Scenario } from "../scenario.ts";
import { SIZES } from "../sizes.ts";

const length = SIZES["10k"];

/** Every request is for a new key, whose response is stored. Stores fill up, so that all come to evict. */
export const MISS: Scenario = {
  name: "miss",
  title: "Miss and store, 10 KB",
  tracks: [{
    mark: "",
    contenders: [...PEERS, ...LACQUERS],
    load: { connections: CONNECTIONS, path: "/new/0", length, lua: newKeys("/new/") },
    probes: [{ path: "/new/probe", status: 200, length, again: "hit" }],
  }],
};
