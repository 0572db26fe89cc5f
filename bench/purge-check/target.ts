import type { Abilities } from "./plan.ts";
import type { PurgeOrder } from "./purge-order.ts";

/** What a cache said to a purge. */
export type PurgeAnswer =
  /** With its place in the order of all, where there is such a thing. */
  | { readonly kind: "acknowledged"; readonly sequence: number | undefined }
  /** It has too many to do. */
  | { readonly kind: "refused" };

/** A cache that is checked, running before an origin. */
export interface Target {
  readonly abilities: Abilities;
  /** Where it answers readers, on 127.0.0.1. */
  readonly port: number;
  /** Rejects when there is no proper answer. */
  purge(order: PurgeOrder): Promise<PurgeAnswer>;
  /** Kills it at once and starts it again at the same port, with what it kept on disk. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a cache before the origin at this port of 127.0.0.1. */
export type StartTarget = (originPort: number) => Promise<Target>;
