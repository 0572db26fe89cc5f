/**
 * One request as a line of JSON. Put together by hand, because there is one for every request: making an object for
 * `JSON.stringify` and having it read takes several times as long as answering a hit.
 */
import type { AccessRecord } from "./access-log.ts";
import { maskSecrets } from "./mask-secrets.ts";

/** The line, with its end; secrets are masked, and what has no value is left out. */
export function jsonLine(record: AccessRecord): string {
  return `{"time":"${timeText(record.wallTime)}","client":${quoted(record.clientAddress)},"method":${
    quoted(record.method)
  },"url":${
    quoted(maskSecrets(record.url))
  },"status":${record.status},"outcome":"${record.outcome}","collapsed":${record.collapsed},"stored":${record.stored},"durationMs":${
    millisecondsText(record.duration)
  },"bytesSent":${record.bytesSent},"complete":${record.complete},"cacheStatus":${
    quoted(maskedStatus(record.cacheStatus))
  }${othersOf(record)}}\n`;
}

/** What few requests have. */
function othersOf({ waited, forwardReason, ttl, origin, originStatus, decisions }: AccessRecord): string {
  let text = "";
  if (waited) text += `,"waitedMs":${millisecondsText(waited)}`;
  if (forwardReason !== undefined) text += `,"forwardReason":${quoted(forwardReason)}`;
  if (ttl !== undefined) text += `,"ttl":${Math.floor(ttl)}`;
  if (origin !== undefined) text += `,"origin":${quoted(origin)}`;
  if (originStatus !== undefined) text += `,"originStatus":${originStatus}`;
  if (decisions?.length) text += `,"decisions":${JSON.stringify(decisions)}`;
  return text;
}

/** Nothing that JSON spells otherwise. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** Of all that it tells only a key may hold secrets. */
function maskedStatus(cacheStatus: string): string {
  return cacheStatus.includes("key=") ? maskSecrets(cacheStatus) : cacheStatus;
}

const THREE_DIGITS: readonly string[] = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, "0"));

/** The latest second that was asked for, and its text up to the fraction. */
let latestSecond = NaN;
let latestText = "";

/** RFC 3339, in milliseconds and UTC. */
function timeText(time: number): string {
  const second = Math.floor(time / 1000);
  if (second !== latestSecond) {
    latestSecond = second;
    latestText = new Date(second * 1000).toISOString().slice(0, -4);
  }
  return `${latestText}${THREE_DIGITS[Math.floor(time - second * 1000)]}Z`;
}

/** Thousandths of milliseconds, rounded: whole numbers are printed several times as fast as others. */
function millisecondsText(time: number): string {
  const microseconds = Math.round(time * 1000);
  const whole = Math.floor(microseconds / 1000);
  return `${whole}.${THREE_DIGITS[microseconds - whole * 1000]}`;
}
