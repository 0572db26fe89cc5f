import { LACQUERS, PEERS } from "../contender.ts";
import { CONNECTIONS, type Scenario } from "../scenario.ts";
import { SIZES } from "../sizes.ts";

const path = "/pass/10k";
const length = SIZES["10k"];

/**
 * What may not be stored goes to the origin every time. nginx, Varnish and HAProxy are told by their configuration;
 * Lacquer learns it from the first answer.
 */
export const PASS: Scenario = {
  name: "pass",
  title: "Pass, 10 KB",
  tracks: [{
    mark: "",
    contenders: [...PEERS, ...LACQUERS],
    load: { connections: CONNECTIONS, path, length },
    probes: [{ path, status: 200, length, again: "no hit" }],
  }],
};
