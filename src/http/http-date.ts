import type { EpochMs } from "../time/clock.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const TIME = "([0-9]{2}):([0-9]{2}):([0-9]{2})";
const IMF_FIXDATE = new RegExp(`^[A-Z][a-z]{2}, ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) ${TIME} GMT$`);
const RFC_850 = new RegExp(`^[A-Z][a-z]{5,8}, ([0-9]{2})-([A-Z][a-z]{2})-([0-9]{2}) ${TIME} GMT$`);
const ASCTIME = new RegExp(`^[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ 0-9][0-9]) ${TIME} ([0-9]{4})$`);

/**
 * Time of an HTTP date in any of the three formats of RFC 9110 §5.6.7, or `undefined` when it is none of them
 * or names a moment that does not exist.
 *
 * @param now Needed for two-digit years, which mean the past when they would lie over 50 years ahead.
 */
export function parseHttpDate(text: string, now: EpochMs): EpochMs | undefined {
  let match = IMF_FIXDATE.exec(text);
  if (match) return epochOf([match[3], match[2], match[1], match[4], match[5], match[6]]);
  match = RFC_850.exec(text);
  if (match) {
    return epochOf([String(fullYear(Number(match[3]), now)), match[2], match[1], match[4], match[5], match[6]]);
  }
  match = ASCTIME.exec(text);
  if (match) return epochOf([match[6], match[1], match[2], match[3], match[4], match[5]]);
  return undefined;
}

/** A moment as an IMF-fixdate, the only format a sender may use. */
export function formatHttpDate(time: EpochMs): string {
  return new Date(time).toUTCString();
}

/** Year, month name, day, hour, minute, second, as written. */
type DateParts = readonly (string | undefined)[];

function epochOf([year, monthName, day, hour, minute, second]: DateParts): EpochMs | undefined {
  const month = MONTHS.indexOf(monthName ?? "");
  const date = new Date(0);
  date.setUTCFullYear(Number(year), month, Number(day)); // Date.UTC() would take the year 50 for 1950
  const exists = month >= 0 && date.getUTCDate() === Number(day) &&
    Number(hour) < 24 && Number(minute) < 60 && Number(second) <= 60; // 60: a leap second
  return exists ? date.setUTCHours(Number(hour), Number(minute), Math.min(Number(second), 59)) : undefined;
}

function fullYear(twoDigits: number, now: EpochMs): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + twoDigits;
  return year > thisYear + 50 ? year - 100 : year;
}
