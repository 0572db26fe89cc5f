/** What a purge is asked to take out of use, and what comes of it. */
import type { EpochMs } from "../time/clock.ts";
import type { BanSpec } from "./ban.ts";
import type { EpochScope, Sequence } from "./epochs.ts";

/** What is to be taken out of use: all that any of these covers. */
export interface PurgeRequest {
  /** Absolute URLs; every variant of each, whatever its query order. */
  readonly urls?: readonly string[];
  /** Tags, as the origin gives them. */
  readonly tags?: readonly string[];
  /** Beginnings of URLs: absolute (`https://example.com/blog/`), or of the path on every host (`/blog/`). */
  readonly prefixes?: readonly string[];
  /** Host names, for every port; with a port, for that one only. */
  readonly hosts?: readonly string[];
  /** Predicates over what is stored. */
  readonly bans?: readonly BanSpec[];
  /** Everything. */
  readonly all?: boolean;
  /** Whether it becomes stale only, and is kept to be confirmed and to stand in for an origin that fails. */
  readonly soft?: boolean;
}

/** Given once no later request can see what was purged. */
export interface PurgeReceipt {
  /** The place of the purge in the order of all. */
  readonly sequence: Sequence;
}

/** One thing that a purge covers, in the form in which it is compared. */
export type PurgeScope = EpochScope | { readonly kind: "ban"; readonly ban: BanSpec };

/** A purge as it is remembered. */
export interface PurgeRecord {
  readonly sequence: Sequence;
  /** When it was asked for. */
  readonly at: EpochMs;
  readonly soft: boolean;
  readonly scopes: readonly PurgeScope[];
}

/** Why a purge was refused. */
export type PurgeRefusal =
  /** One of its items is not what its list takes. */
  | "invalid"
  /** As many bans as may be are still to be carried out. */
  | "too-many-bans"
  /** It holds in this process, but could not be made to outlive it. */
  | "not-durable";

/** A purge that was refused. `message` names the item, what was given and what is accepted. */
export class PurgeError extends Error {
  override readonly name = "PurgeError";
  readonly refusal: PurgeRefusal;

  constructor(refusal: PurgeRefusal, message: string, cause?: unknown) {
    super(message, { cause });
    this.refusal = refusal;
  }
}
