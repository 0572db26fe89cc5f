import type { StoredMetadata } from "../policy/stored-metadata.ts";
import type { Sequence } from "../invalidation/epochs.ts";
import type { MonotonicMs } from "../time/clock.ts";
import type { GrowingBody } from "./growing-body.ts";

/** A response as the store holds it, or as it is being received in order to be stored. */
export interface StoredResponse extends StoredMetadata {
  /** Primary key: the normalised request URI, and for a QUERY its content too. */
  readonly key: string;
  /** The normalised request URI. */
  readonly uri: string;
  /** The point in the order of invalidations at which it was asked for. */
  readonly began: Sequence;
  /** Up to which point it is known whether a purge forbids its use. */
  checkedAt: Sequence;
  /** Whether one does. */
  isPurged: boolean;
  staleSince: MonotonicMs;
  readonly body: GrowingBody;
  /** Whether it has a `Content-Type`. */
  readonly typed: boolean;
  /** Its latest hit, kept because all hits of one second are the same. */
  rendering: Rendering | undefined;
}

/** A hit as it is sent. */
export interface Rendering {
  /** Whole seconds of age that its fields tell. */
  readonly age: number;
  readonly headers: HeadersInit;
  /** The `Cache-Status` among them. */
  readonly cacheStatus: string;
  /** How often it was sent before it was worth an original. */
  uses: number;
  /** Of which clients are sent copies. */
  original: Response | undefined;
  /** What those get who have it already. */
  notModified: { readonly headers: HeadersInit; readonly original: Response | undefined } | undefined;
}

/** Where complete responses are kept. Every implementation passes the same contract suite. */
export interface ResponseStore {
  /** The variants of a key, most recently stored first. Synchronous, and counts as a use of nothing yet. */
  get(key: string): readonly StoredResponse[] | undefined;
  /** Notes that a response was delivered, so that eviction spares it. */
  touch(stored: StoredResponse): void;
  /** Stores a response whose body is complete, in the place of those it supersedes. False when it cannot fit. */
  put(stored: StoredResponse): boolean;
  /** Puts `next` where `stored` is; both share one body. False when `stored` is not held any more. */
  replace(stored: StoredResponse, next: StoredResponse): boolean;
  /** Removes everything stored for a URI, whatever was asked of it. True when there was something. */
  remove(uri: string): boolean;
  /** Removes one response. */
  discard(stored: StoredResponse): void;
  /** All responses held for a URI, whatever was asked of it. */
  ofUri(uri: string): Iterable<StoredResponse>;
  /** All responses held; those that come or go meanwhile may be among them or not. */
  entries(): Iterable<StoredResponse>;
  /** All responses held that have a tag, likewise. */
  tagged(tag: string): Iterable<StoredResponse>;
  /** Number of responses held. */
  readonly size: number;
}
