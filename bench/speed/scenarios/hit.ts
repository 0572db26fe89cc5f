import { BARES, LACQUERS, PEERS } from "../contender.ts";
import { CONNECTIONS, type Scenario, type Track } from "../scenario.ts";
import { SIZE_TITLES, type SizeName, SIZES } from "../sizes.ts";

/** One stored response, asked for again and again. */
export function hit(size: SizeName): Scenario {
  return { name: `hit-${size}`, title: `Hit, ${SIZE_TITLES[size]}`, tracks: [hitTrack(size, CONNECTIONS)] };
}

/** The same of 10 KB over fewer or more connections. */
export function connections(count: number): Scenario {
  const title = `Hit, 10 KB, ${count} ${count === 1 ? "connection" : "connections"}`;
  return { name: `connections-${count}`, title, tracks: [hitTrack("10k", count)] };
}

export function hitTrack(size: SizeName, count: number): Track {
  const [path, length] = [`/${size}`, SIZES[size]];
  return {
    mark: "",
    contenders: [...PEERS, ...BARES, ...LACQUERS],
    load: { connections: count, path, length },
    probes: [{ path, status: 200, length, again: "hit" }],
  };
}
