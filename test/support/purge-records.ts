import type { PurgeRecord, PurgeScope } from "../../src/invalidation/purge-request.ts";

/** One of each kind, with what is hard to write down. */
export const SCOPES: readonly PurgeScope[] = [
  { kind: "url", url: "https://example.org/a?b=\u2028" },
  { kind: "tag", tag: "größe\n\ud800" },
  { kind: "prefix", prefix: "/blog/" },
  { kind: "host", host: "[::1]:8080" },
  { kind: "ban", ban: { where: [{ field: "header", name: "x-a", regex: "^\\d+$" }] } },
  { kind: "all" },
];

/** A record that differs from others by its sequence. */
export function purgeRecord(sequence: number, scopes: readonly PurgeScope[] = [scopeOf(sequence)]): PurgeRecord {
  return { sequence, at: 1_700_000_000_000 + sequence, soft: sequence % 2 === 0, scopes };
}

/** Records of these sequences, each included. */
export function purgeRecords(first: number, last: number): PurgeRecord[] {
  return Array.from({ length: last - first + 1 }, (_, index) => purgeRecord(first + index));
}

/** The sequences alone. */
export function sequencesOf(records: readonly PurgeRecord[]): number[] {
  return records.map((record) => record.sequence);
}

function scopeOf(sequence: number): PurgeScope {
  return SCOPES[sequence % SCOPES.length] ?? { kind: "all" };
}
