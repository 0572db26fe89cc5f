import { RUNTIME_NAMES, type RuntimeName } from "../support/lacquer.ts";
import type { Workplace } from "../support/workplace.ts";
import { LacquerTarget } from "./lacquer-target.ts";
import type { StartTarget } from "./target.ts";
import { VarnishTarget } from "./varnish-target.ts";

/** What can be checked: Lacquer on each runtime, and Varnish, to see that the checker finds something. */
export const CONTENDERS = [...RUNTIME_NAMES, "varnish"] as const;

export type Contender = RuntimeName | "varnish";

/** How a contender is started. With `keepsState` its purges outlive it. */
export function starterOf(contender: Contender, workplace: Workplace, keepsState: boolean): StartTarget {
  if (contender === "varnish") return (originPort) => VarnishTarget.start(workplace, originPort);
  return (originPort) => LacquerTarget.start(workplace, { runtime: contender, keepsState }, originPort);
}
