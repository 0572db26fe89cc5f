import type { ChildProcess } from "node:child_process";
import { RUNTIME_TITLES, type RuntimeName, startLacquer } from "../support/lacquer.ts";
import { startNginx } from "../support/nginx.ts";
import { startVarnish } from "../support/varnish.ts";
import type { Workplace } from "../support/workplace.ts";

/** A proxy that takes part. */
export interface Contender {
  readonly title: string;
  /** Whether it is held to the bounds. */
  readonly isOurs: boolean;
  start(workplace: Workplace, ports: Ports): Promise<ChildProcess>;
}

export interface Ports {
  readonly port: number;
  readonly originPort: number;
}

const NGINX: Contender = {
  title: "nginx",
  isOurs: false,
  start: (workplace, { port, originPort }) =>
    startNginx(workplace, { port, originUrl: urlOf(originPort), directives: "proxy_cache_lock on;" }),
};

const VARNISH: Contender = {
  title: "Varnish",
  isOurs: false,
  start: startVarnish,
};

/** The peers, if wanted, and Lacquer on these runtimes. */
export function contendersOf(runtimes: readonly RuntimeName[], withPeers: boolean): readonly Contender[] {
  return [...(withPeers ? [NGINX, VARNISH] : []), ...runtimes.map(lacquerOn)];
}

function lacquerOn(runtime: RuntimeName): Contender {
  return {
    title: `Lacquer, ${RUNTIME_TITLES[runtime]}`,
    isOurs: true,
    start: (workplace, { port, originPort }) =>
      Promise.resolve(startLacquer(workplace, runtime, { port, originUrl: urlOf(originPort) })),
  };
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}
