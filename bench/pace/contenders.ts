import type { ChildProcess } from "node:child_process";
import { startHaproxy } from "../support/haproxy.ts";
import { RUNTIME_NAMES, RUNTIME_TITLES, type RuntimeName, startLacquer } from "../support/lacquer.ts";
import { startNginx } from "../support/nginx.ts";
import { startVarnish } from "../support/varnish.ts";
import type { Workplace } from "../support/workplace.ts";

/** The size of the body that is served, in bytes. */
export const BODY_BYTES = 10 * 1024;

const BARE_COMMANDS: Readonly<Record<RuntimeName | "socket", readonly [string, ...string[]]>> = {
  socket: ["bun", "bench/support/bare/socket.ts"],
  bun: ["bun", "bench/support/bare/bun.ts"],
  deno: ["deno", "run", "--cached-only", "--allow-net", "bench/support/bare/deno.ts"],
  node: ["node", "bench/support/bare/node.ts"],
};

export const PEER_NAMES = ["nginx", "varnish", "haproxy"] as const;

export const CONTENDER_NAMES = [
  "socket",
  ...PEER_NAMES,
  "bare-bun",
  "bare-deno",
  "bare-node",
  ...RUNTIME_NAMES,
] as const;

export type ContenderName = (typeof CONTENDER_NAMES)[number];

/** How tables call them. */
export const CONTENDER_TITLES: Readonly<Record<ContenderName, string>> = {
  socket: "bare socket",
  nginx: "nginx",
  varnish: "Varnish",
  haproxy: "HAProxy",
  "bare-bun": "bare Bun.serve",
  "bare-deno": "bare Deno.serve",
  "bare-node": "bare node:http",
  bun: `Lacquer on ${RUNTIME_TITLES.bun}`,
  deno: `Lacquer on ${RUNTIME_TITLES.deno}`,
  node: `Lacquer on ${RUNTIME_TITLES.node}`,
};

interface Ports {
  readonly port: number;
  readonly originPort: number;
}

type Start = (workplace: Workplace, ports: Ports) => Promise<ChildProcess>;

const STARTS: Readonly<Record<ContenderName, Start>> = {
  socket: bare("socket"),
  nginx: (workplace, { port, originPort }) =>
    startNginx(workplace, {
      port,
      originUrl: `http://127.0.0.1:${originPort}`,
      directives: "proxy_cache_valid 200 1h; sendfile on; tcp_nopush on;",
    }),
  varnish: startVarnish,
  haproxy: startHaproxy,
  "bare-bun": bare("bun"),
  "bare-deno": bare("deno"),
  "bare-node": bare("node"),
  bun: lacquer("bun"),
  deno: lacquer("deno"),
  node: lacquer("node"),
};

/** Starts one of them. */
export function startContender(workplace: Workplace, name: ContenderName, ports: Ports): Promise<ChildProcess> {
  return STARTS[name](workplace, ports);
}

function bare(name: RuntimeName | "socket"): Start {
  const [command, ...args] = BARE_COMMANDS[name];
  return (workplace, { port }) =>
    Promise.resolve(workplace.startPinned(command, [...args, String(port), String(BODY_BYTES)]));
}

function lacquer(runtime: RuntimeName): Start {
  return (workplace, { port, originPort }) =>
    Promise.resolve(startLacquer(workplace, runtime, { port, originUrl: `http://127.0.0.1:${originPort}` }));
}
