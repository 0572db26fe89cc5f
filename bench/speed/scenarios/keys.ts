import { LACQUERS, PEERS } from "../contender.ts";
import { anyKey } from "../lua.ts";
import { CONNECTIONS, type Scenario, STORE_BYTES, type Track } from "../scenario.ts";
import { SIZES } from "../sizes.ts";

const length = SIZES["1k"];
const prefix = "/key/";
/** Room for a response and all that a store keeps about it; what one takes of a file system, too. */
const ROOM_BYTES = 6 * 1024;

export const KEYS_MILLION: Scenario = {
  name: "keys-million",
  title: "Hit, 1 KB, any of 1,000,000 keys",
  tracks: [keysTrack(1_000_000)],
  isHeavy: true,
};

/** Hits of so many keys, all equally likely. */
export function keysTrack(count: number): Track {
  return {
    mark: "",
    contenders: [...PEERS, ...LACQUERS],
    load: { connections: CONNECTIONS, path: `${prefix}1`, length, lua: anyKey(prefix, count) },
    probes: [{ path: `${prefix}1`, status: 200, length, again: "hit" }],
    fill: { prefix, count },
    storeBytes: Math.max(STORE_BYTES, count * ROOM_BYTES),
    stored: [1, count].map((key) => ({ path: `${prefix}${key}`, status: 200, length, again: "hit" })),
  };
}
