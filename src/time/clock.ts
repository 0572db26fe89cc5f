/** Milliseconds since 1970-01-01T00:00:00Z, on a clock that may be stepped. */
export type EpochMs = number;

/** Milliseconds on a clock that only runs forward; comparable within one process. */
export type MonotonicMs = number;

/** A length of time in seconds, the unit of every HTTP caching directive. */
export type Seconds = number;

/** A length of time in milliseconds. */
export type Milliseconds = number;

/**
 * Where the engine gets the time from. Two readings, because a stepped wall clock must never change how old a
 * stored response is: dates on the wire are compared with `wallTime()`, ages and deadlines use `monotonic()`.
 */
export interface Clock {
  /** Time of day, for reading and writing HTTP dates. */
  wallTime(): EpochMs;
  /** Time since an arbitrary start, for ages, lifetimes and deadlines. */
  monotonic(): MonotonicMs;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  wallTime: () => Date.now(),
  monotonic: () => performance.now(),
};
