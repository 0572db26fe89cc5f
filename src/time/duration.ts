import type { Milliseconds } from "./clock.ts";

/** Units from large to small, so that formatting takes the first that divides. */
const UNITS: readonly (readonly [unit: string, length: Milliseconds])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
];

const LENGTHS = new Map(UNITS);

/** What a message says is accepted where a duration is meant. */
export const DURATION_FORM = 'a duration such as "500ms", "30s", "5m", "1h" or "1d"';

/**
 * Milliseconds of a duration literal: a whole number followed at once by `ms`, `s`, `m`, `h` or `d`.
 * `undefined` for anything else, a number without unit included: nobody can tell whether `30` is seconds.
 */
export function parseDuration(text: string): Milliseconds | undefined {
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(text);
  if (match === null) return undefined;
  const [, count = "", unit = ""] = match;
  const length = Number(count) * (LENGTHS.get(unit) ?? NaN);
  return Number.isSafeInteger(length) ? length : undefined;
}

/** The shortest literal that `parseDuration()` reads as `length`, for example `"90s"` and `"1d"`. */
export function formatDuration(length: Milliseconds): string {
  if (length === 0) return "0s";
  for (const [unit, unitLength] of UNITS) {
    if (length % unitLength === 0) return `${length / unitLength}${unit}`;
  }
  return `${Math.round(length)}ms`;
}
