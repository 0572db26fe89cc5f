import type { Contender, ContenderName } from "../contender.ts";
import { bare } from "./bare.ts";
import { HAPROXY } from "./haproxy.ts";
import { lacquer } from "./lacquer.ts";
import { NGINX } from "./nginx.ts";
import { VARNISH } from "./varnish.ts";

export const CONTENDERS: Readonly<Record<ContenderName, Contender>> = {
  "nginx": NGINX,
  "varnish": VARNISH,
  "haproxy": HAPROXY,
  "bare-bun": bare("bun"),
  "bare-deno": bare("deno"),
  "bare-node": bare("node"),
  "lacquer-bun": lacquer("bun"),
  "lacquer-deno": lacquer("deno"),
  "lacquer-node": lacquer("node"),
};
