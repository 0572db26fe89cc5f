import type { ChildProcess } from "node:child_process";
import type { IncomingHttpHeaders } from "node:http";
import type { Workplace } from "../support/workplace.ts";

/** In the order of the tables. The first is what ratios are of. */
export const CONTENDER_NAMES = [
  ...["nginx", "varnish", "haproxy"] as const,
  ...["bare-bun", "bare-deno", "bare-node"] as const,
  ...["lacquer-bun", "lacquer-deno", "lacquer-node"] as const,
] as const;

export type ContenderName = typeof CONTENDER_NAMES[number];

export const PEERS = ["nginx", "varnish", "haproxy"] as const satisfies readonly ContenderName[];
export const BARES = ["bare-bun", "bare-deno", "bare-node"] as const satisfies readonly ContenderName[];
export const LACQUERS = ["lacquer-bun", "lacquer-deno", "lacquer-node"] as const satisfies readonly ContenderName[];

/** How tables call them. */
export const CONTENDER_TITLES: Readonly<Record<ContenderName, string>> = {
  "nginx": "nginx",
  "varnish": "Varnish",
  "haproxy": "HAProxy",
  "bare-bun": "bare Bun",
  "bare-deno": "bare Deno",
  "bare-node": "bare Node",
  "lacquer-bun": "Lacquer, Bun",
  "lacquer-deno": "Lacquer, Deno",
  "lacquer-node": "Lacquer, Node",
};

/** A server that takes part. It runs on the first core. */
export interface Contender {
  start(workplace: Workplace, options: StartOptions): Promise<ChildProcess>;
  /** Whether an answer says that it came from the store. Absent where there is none. */
  isHit?(fields: IncomingHttpHeaders): boolean;
}

export interface StartOptions {
  readonly port: number;
  readonly originPort: number;
  /** Room of its store, as far as it can be told. */
  readonly storeBytes: number;
  /** Whether it writes an access log, into a file. */
  readonly log: boolean;
}
