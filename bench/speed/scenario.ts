import type { ContenderName } from "./contender.ts";

/** What is measured side by side. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** One for most; several where one contender is compared with itself. */
  readonly tracks: readonly Track[];
  /** Takes so much memory that contenders run one after another, and is left out of a quick run. */
  readonly isHeavy?: boolean;
}

/** One load on some contenders. */
export interface Track {
  /** Tells it from the other tracks of its scenario; empty for the one that the scenario is about. */
  readonly mark: string;
  readonly contenders: readonly ContenderName[];
  readonly load: Load;
  /** Answers that must be right before anything is measured; what a hit needs stored is stored by them. */
  readonly probes: readonly Probe[];
  /** Keys from 1 on that are asked for before, once each. */
  readonly fill?: { readonly prefix: string; readonly count: number };
  /** Answers that must be right after it was filled. */
  readonly stored?: readonly Probe[];
  /** Room of the store; `STORE_BYTES` by default. */
  readonly storeBytes?: number;
  readonly log?: boolean;
}

/** What wrk does. */
export interface Load {
  readonly connections: number;
  /** What it asks for, unless `lua` says otherwise. */
  readonly path: string;
  readonly fields?: Fields;
  /** Body of every answer, in bytes; it is looked at whether as many came. */
  readonly length: number;
  /** Lua that defines `request`. It finds `SUFFIX`, all of a request behind the path, and `FIRST`, see `scriptOf`. */
  readonly lua?: string;
}

export type Fields = Readonly<Record<string, string>>;

/** One request and what must come of it. */
export interface Probe {
  readonly path: string;
  readonly fields?: Fields;
  readonly status: number;
  readonly length: number;
  /** What its repetition must be. */
  readonly again: "hit" | "no hit";
}

/** What `lacquer` has by default. Where more is stored than that, all have to evict. */
export const STORE_BYTES = 256 * 1024 ** 2;

/** Connections of most scenarios. */
export const CONNECTIONS = 64;
