import type { EntityTag } from "../http/entity-tag.ts";
import type { FieldLines } from "../http/field-lines.ts";
import type { EpochMs, MonotonicMs, Seconds } from "../time/clock.ts";

/** How long a stored response may be used after its freshness lifetime, each window counted from that moment. */
export interface StaleWindows {
  /** Delivered at once while one refresh runs (RFC 5861 §3). */
  readonly staleWhileRevalidate: Seconds;
  /** Delivered when the origin fails (RFC 5861 §4). */
  readonly staleIfError: Seconds;
  /** Held only to make a conditional request. */
  readonly keep: Seconds;
}

/** The request fields that selected a response, and their normalised values (RFC 9111 §4.1). */
export interface SelectingFields {
  /** Lower-case, sorted. Empty when the response does not vary. */
  readonly names: readonly string[];
  /** In the order of `names`; `undefined` where the request had no such field. */
  readonly values: readonly (string | undefined)[];
}

/** Everything the caching rules need to know of a stored response; its body is not among it. */
export interface StoredMetadata {
  readonly status: number;
  /** End-to-end fields, without `Age` and `Content-Length`, which are written anew on delivery. */
  readonly fields: FieldLines;
  readonly selecting: SelectingFields;
  /** The origin's `Date`, or the time of receipt. */
  readonly date: EpochMs;
  /** When the response was received, on the clock that only runs forward. */
  readonly receivedAt: MonotonicMs;
  /** Age it already had then (RFC 9111 §4.2.3, corrected_initial_age). */
  readonly initialAge: Seconds;
  readonly freshnessLifetime: Seconds;
  readonly windows: StaleWindows;
  /** `no-cache`: stored, and validated before every reuse (RFC 9111 §5.2.2.4). */
  readonly validateAlways: boolean;
  /** Never used once stale, whoever asks for it: `must-revalidate` and its kin (RFC 9111 §4.2.4). */
  readonly neverStale: boolean;
  /** Does not change while it is fresh, so that a mere reload needs no validation (RFC 8246 §2). */
  readonly immutable: boolean;
  readonly entityTag: EntityTag | undefined;
  readonly lastModified: EpochMs | undefined;
  /** Which bytes of the representation the stored body is, when it is not all of them (RFC 9111 §3.3). */
  readonly part: Part | undefined;
  /** Its one language, lower-case, where requests may select it by that. */
  readonly language: string | undefined;
  /** What it may be purged by beside its URI, groups of its origin among them (RFC 9875 §2). */
  readonly tags: readonly string[];
  /** From when on it counts as stale, whatever its lifetime says; infinity where no purge has made it so. */
  readonly staleSince: MonotonicMs;
}

/** A contiguous part of a representation whose complete length is known. Positions are inclusive. */
export interface Part {
  readonly first: number;
  readonly last: number;
  readonly completeLength: number;
}
