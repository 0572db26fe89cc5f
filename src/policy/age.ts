import { parseDeltaSeconds } from "../http/cache-control.ts";
import { listMembers, trimWhitespace } from "../http/field-list.ts";
import type { EpochMs, MonotonicMs, Seconds } from "../time/clock.ts";
import type { StoredMetadata } from "./stored-metadata.ts";

/** When a response was asked for and when its header section arrived. */
export interface ExchangeTimes {
  readonly responseTime: EpochMs;
  /** From the request being sent to the response header section (RFC 9111 §4.2.3, response_delay). */
  readonly responseDelay: Seconds;
}

/**
 * Age of a response at the moment it is received, in seconds (RFC 9111 §4.2.3, corrected_initial_age).
 * An origin clock running ahead of ours never makes it negative.
 */
export function initialAge(date: EpochMs, ageField: string | undefined, times: ExchangeTimes): Seconds {
  const apparentAge = Math.max(0, (times.responseTime - date) / 1000);
  const correctedAge = ageValue(ageField) + times.responseDelay;
  return Math.max(apparentAge, correctedAge);
}

/** Current age of a stored response, in seconds (RFC 9111 §4.2.3). */
export function currentAge(stored: StoredMetadata, now: MonotonicMs): Seconds {
  return stored.initialAge + (now - stored.receivedAt) / 1000;
}

/**
 * The value of `Age`: its first member, and 0 where that is no number (RFC 9111 §5.1). Parameters, which the field
 * does not have, are cut off, for the number before them tells an age all the same.
 */
function ageValue(field: string | undefined): Seconds {
  const [seconds] = (listMembers(field ?? "")[0] ?? "").split(";");
  return parseDeltaSeconds(trimWhitespace(seconds ?? "")) ?? 0;
}
