import type { ListenerLimits, OriginOptions } from "../server/runtime.ts";
import type { Milliseconds } from "../time/clock.ts";
import type { ListenAddress } from "./listen-address.ts";

/** How requests are logged. */
export type LogMode = "json" | "pretty" | "off";

/** The effective configuration: every default filled in, sizes in bytes, durations in milliseconds. */
export interface Settings {
  readonly listen: ListenAddress;
  /** May be empty; `lacquer serve` then starts the demo origin. */
  readonly origins: readonly OriginOptions[];
  readonly memoryBytes: number;
  /** Largest response body that is stored; never more than `memoryBytes`. */
  readonly maxObjectBytes: number;
  /** Directory in which purges outlive the process. */
  readonly state: string | undefined;
  /** Lower-case host names without port, IPv6 in brackets; empty for any. */
  readonly hosts: readonly string[];
  /** CIDR blocks, each with its prefix length. */
  readonly trustedProxies: readonly string[];
  readonly query: QuerySettings;
  readonly vary: { readonly byContentLanguage: boolean };
  readonly setCookie: "pass" | "strip";
  /** Lower-case names. */
  readonly targetedControl: readonly string[];
  /** Lower-case names. */
  readonly hiddenFields: readonly string[];
  readonly tags: TagSettings;
  readonly freshness: FreshnessSettings;
  readonly routes: readonly RouteSettings[];
  readonly coalescing: CoalescingSettings;
  readonly limits: ListenerLimits & { readonly sendTimeout: Milliseconds; readonly maxQueryBytes: number };
  /** Absent where there is no admin listener. */
  readonly admin?: AdminSettings;
  readonly purgeMethod: {
    /** CIDR blocks, each with its prefix length. */
    readonly allow: readonly string[];
  };
  readonly log: LogMode;
}

/** The admin API, on a listener of its own. */
export interface AdminSettings {
  readonly listen: ListenAddress;
  /** Absent where it comes from the environment or is made up. */
  readonly token?: string;
  /** Lower-case names without port, IPv6 in brackets. */
  readonly hosts: readonly string[];
}

/** What is known of a route beforehand. */
export interface RouteSettings {
  /** A path, or the beginning of paths followed by `*`. */
  readonly path: string;
  /** Lower-case names; absent where they are to be learned. */
  readonly vary?: readonly string[];
  readonly public: boolean;
  readonly tags: readonly string[];
}

/** Where the tags of responses stand. */
export interface TagSettings {
  /** Lower-case names. */
  readonly fields: readonly string[];
  readonly send: boolean;
}

/** How requests for the same thing wait for each other; times in milliseconds, sizes in bytes. */
export interface CoalescingSettings {
  readonly maxWait: Milliseconds;
  readonly maxSpeculative: number;
  readonly shareNoCache: boolean;
  readonly hitForMiss: Milliseconds;
  readonly lookAhead: number;
  readonly laggardLimit: Milliseconds;
  readonly fill: {
    readonly bytesLeft: number;
    /** From 0 to 1. */
    readonly share: number;
  };
}

/** How the query takes part in the primary key. */
export interface QuerySettings {
  readonly sort: boolean;
  /** Exact names, or beginnings followed by `*`. */
  readonly ignore: readonly string[];
}

/** Freshness where the response does not say. */
export interface FreshnessSettings {
  readonly heuristic: boolean;
  readonly heuristicMaxMs: Milliseconds;
  readonly heuristicErrors: boolean;
  readonly staleWhileRevalidateMs: Milliseconds;
  readonly staleIfErrorMs: Milliseconds;
  readonly keepMs: Milliseconds;
  readonly errorTtlMaxMs: Milliseconds;
  readonly errorStatuses: readonly number[];
}
