import type { z } from "zod";
import type { statsSchema } from "../admin/stats-schema.ts";
import { formatDuration } from "../time/duration.ts";

type Row = readonly [label: string, value: string];

/** The figures of a proxy as lines of text, numbers below each other. */
export function statsTable(stats: z.output<typeof statsSchema>): string {
  const { coalescing, purging } = stats;
  const rows: readonly Row[] = [
    ["version", stats.version],
    ["uptime", formatDuration(stats.uptime * 1000)],
    ["stored responses", String(stats.size)],
    ["memory", `${mebibytes(stats.bytes)} of ${mebibytes(stats.limit)}`],
    ["fetches in the air", String(stats.fetching)],
    ["fetches for the store so far", String(coalescing.flights)],
    ["requests that waited for another's", String(coalescing.waiters)],
    ["  of which wait now", String(coalescing.waitersNow)],
    ["  answered from another's fetch", String(coalescing.shares)],
    ["  sent to the origin after all", String(coalescing.releases)],
    ["  gave up waiting", String(coalescing.gaveUp)],
    ["latest purge", String(purging.sequence)],
    ["epochs held", String(purging.scopes)],
    ["bans to be carried out", String(purging.bans)],
    ["responses to be reclaimed", String(purging.reclaiming)],
  ];
  return aligned(rows);
}

function aligned(rows: readonly Row[]): string {
  const labelWidth = Math.max(...rows.map(([label]) => label.length));
  const valueWidth = Math.max(...rows.map(([, value]) => value.length));
  return rows.map(([label, value]) => `${label.padEnd(labelWidth)}  ${value.padStart(valueWidth)}\n`).join("");
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
