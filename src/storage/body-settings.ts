import type { Clock, Milliseconds } from "../time/clock.ts";
import type { Timers } from "../time/timers.ts";
import type { RangeSource } from "./body-reader.ts";
import type { ByteBudget } from "./byte-budget.ts";
import type { FillPolicy } from "./fill-policy.ts";
import type { SealedBody } from "./growing-body.ts";
import type { InFlightBytes } from "./in-flight-bytes.ts";

/** Settings shared by all growing bodies of an engine. */
export interface GrowingBodyOptions {
  /** Largest body that is retained, in bytes. */
  readonly retainLimit: number;
  /** How far a windowed body is read ahead of its slowest reader, in bytes. */
  readonly window: number;
  /** A reader that takes nothing for this long while the body waits for it is broken off. */
  readonly stallLimit: Milliseconds;
  /** How long, in all, the readers of a windowed body wait for slower ones, which are then left behind. */
  readonly laggardLimit: Milliseconds;
  /** When a body for the store is finished though nobody reads it any more. */
  readonly fill: FillPolicy;
  readonly budget: ByteBudget;
  /** What all bodies that are still arriving take of the budget. */
  readonly inFlight: InFlightBytes;
  readonly clock?: Clock;
  readonly timers: Timers;
  readonly seal: (bytes: Uint8Array<ArrayBuffer>) => SealedBody;
  readonly events?: BodyEvents;
}

/** Told of what goes otherwise than it should. */
export interface BodyEvents {
  leftBehind?(readers: number): void;
  resumed?(): void;
  restarted?(): void;
}

/** Where the bytes of a body come from a second time. None of it rejects. */
export interface BodyRefill {
  /** The rest from a position on, where the source broke off; `undefined` unless it surely is the rest of the same. */
  resume(position: number): Promise<ReadableStream<Uint8Array> | undefined>;
  /** A range for one reader, inclusive, to the end where `last` is undefined; the same goes for it. */
  readonly range: RangeSource;
  /** All of it anew, from a response that says the same of itself; `undefined` where there is none. */
  again(): Promise<ReadableStream<Uint8Array> | undefined>;
}

/** What is known of a body before its first byte. */
export interface BodyFacts {
  /** Declared length in bytes; `undefined` when unknown. */
  readonly length: number | undefined;
  /** Whether it is to be stored; otherwise it is windowed from the start. */
  readonly retain: boolean;
  /** Whether a store waits for it, so that it may be received to its end even if nobody reads it. True by default. */
  readonly isForStore?: boolean;
  /** Whether its response has a `Content-Type`. Without one it stays bytes, whatever the runtime prefers. */
  readonly typed: boolean;
  /** Absent where nothing can be asked for again. */
  readonly refill?: BodyRefill | undefined;
}
