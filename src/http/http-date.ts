import type { EpochMs } from "../time/clock.ts";
import { remembered } from "./remembered.ts";

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAY_NAME = "(?:mon|tue|wed|thu|fri|sat|sun)";
const LONG_DAY_NAME = "(?:mon|tues|wednes|thurs|fri|satur|sun)day";
const TIME = "([0-9]{2}):([0-9]{2}):([0-9]{2})";
const IMF_FIXDATE = new RegExp(`^${DAY_NAME}, ([0-9]{2}) ([a-z]{3}) ([0-9]{4}) ${TIME} GMT$`, "i");
const RFC_850 = new RegExp(`^${LONG_DAY_NAME}, ([0-9]{2})-([a-z]{3})-([0-9]{2}) ${TIME} GMT$`, "i");
const ASCTIME = new RegExp(`^${DAY_NAME} ([a-z]{3}) ([ 0-9][0-9]) ${TIME} ([0-9]{4})$`, "i");

/**
 * Time of an HTTP date in any of the three formats of RFC 9110 §5.6.7, or `undefined` when it is none of them
 * or names a moment that does not exist. Upper and lower case are the same, and whether the day of the week is the
 * right one does not matter. No other spelling is guessed at: such an `Expires` must count as past (RFC 9111 §5.3).
 *
 * @param now Needed for two-digit years, which mean the past when they would lie over 50 years ahead.
 */
export function parseHttpDate(text: string, now: EpochMs): EpochMs | undefined {
  const fixed = epochOfFixdate(text);
  if (fixed !== undefined) return fixed;
  let match = RFC_850.exec(text);
  if (match) return epochOfShortYear([match[3], match[2], match[1], match[4], match[5], match[6]], now);
  match = ASCTIME.exec(text);
  if (match) return epochOf([match[6], match[1], match[2], match[3], match[4], match[5]]);
  return undefined;
}

const MAX_KNOWN_DATES = 256;

/** Most dates are in this format, and are seen again: that of a second, that of a resource. */
const epochOfFixdate = remembered(MAX_KNOWN_DATES, (text) => {
  const match = IMF_FIXDATE.exec(text);
  return match === null ? undefined : epochOf([match[3], match[2], match[1], match[4], match[5], match[6]]);
});

/** A moment as an IMF-fixdate, the only format a sender may use. */
export function formatHttpDate(time: EpochMs): string {
  return new Date(time).toUTCString();
}

/** Year, month name, day, hour, minute, second, as written. */
type DateParts = readonly (string | undefined)[];

function epochOf([year, monthName, day, hour, minute, second]: DateParts): EpochMs | undefined {
  const month = MONTHS.indexOf(monthName?.toLowerCase() ?? "");
  const date = new Date(0);
  date.setUTCFullYear(Number(year), month, Number(day)); // Date.UTC() would take the year 50 for 1950
  const exists = month >= 0 && date.getUTCDate() === Number(day) &&
    Number(hour) < 24 && Number(minute) < 60 && Number(second) <= 60; // 60: a leap second
  return exists ? date.setUTCHours(Number(hour), Number(minute), Math.min(Number(second), 59)) : undefined;
}

/** The latest moment with this two-digit year that is not more than 50 years ahead. */
function epochOfShortYear([twoDigits, ...rest]: DateParts, now: EpochMs): EpochMs | undefined {
  const limit = new Date(now);
  const latestYear = limit.getUTCFullYear() + 50;
  limit.setUTCFullYear(latestYear);
  const year = latestYear - (latestYear - Number(twoDigits)) % 100;
  const time = epochOf([String(year), ...rest]);
  return time !== undefined && time > limit.getTime() ? epochOf([String(year - 100), ...rest]) : time;
}
