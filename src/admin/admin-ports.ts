import type { Clock } from "../time/clock.ts";
import type { AdminEngine } from "./admin-engine.ts";

/** What the admin API is made of. */
export interface AdminPorts {
  readonly engine: AdminEngine;
  readonly origins: () => readonly OriginInfo[];
  /** What `Authorization: Bearer` has to bring. */
  readonly token: string;
  readonly clock: Clock;
  /** Host name or IP address that it listens on; IPv6 without brackets. */
  readonly hostname: string;
  /** Lower-case names that may stand in `Host` besides that address and the names of loopback; IPv6 in brackets. */
  readonly hosts: readonly string[];
  readonly version: string;
  /** Whether the proxy takes no more requests. */
  readonly isStopping: () => boolean;
  /** Told of a fault of ours, which the client learns nothing of. */
  readonly onFault: (error: unknown) => void;
}

/** What is known of an origin server. */
export interface OriginInfo {
  /** Scheme, host and port. */
  readonly url: string;
  /** Whether it is passed over for a while, since no connection to it could be opened. */
  readonly resting: boolean;
}

/** What the app is told of each request beside the `Request`. */
export interface AdminEnv {
  readonly Bindings: {
    /** IP address of the peer. */
    readonly address: string;
  };
}
