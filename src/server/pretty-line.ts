import type { AccessRecord } from "./access-log.ts";
import { maskSecrets } from "./mask-secrets.ts";

/** One request as a line for eyes: time, request, status, what happened, how long, how much; oddities at the end. */
export function prettyLine(record: AccessRecord): string {
  const { method, url, status, outcome, forwardReason, duration, bytesSent, clientAddress } = record;
  const reason = forwardReason === undefined ? "" : `(${forwardReason})`;
  const time = new Date(record.wallTime).toISOString().slice(11, 23);
  const parts = [time, method, maskSecrets(url), status, `${outcome}${reason}`];
  parts.push(`${duration.toFixed(1)}ms`, `${bytesSent}B`, clientAddress === "" ? "-" : clientAddress);
  if (record.collapsed) parts.push("collapsed");
  if (record.stored) parts.push("stored");
  if (record.ttl !== undefined) parts.push(`ttl=${Math.floor(record.ttl)}`);
  if (record.origin !== undefined) parts.push(`origin=${record.origin}`);
  if (record.originStatus !== undefined) parts.push(`origin-status=${record.originStatus}`);
  if (!record.complete) parts.push("incomplete");
  // A line stays a line, and a terminal is sent no commands, whatever a URL holds.
  return `${parts.join(" ").replace(/\p{Cc}/gu, "?")}\n`;
}
