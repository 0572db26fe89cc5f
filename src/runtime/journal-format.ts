/**
 * How a journal of purges is written: a header, then one line for each record, which holds its checksum, a space and
 * the record as JSON. A line counts once its line feed is there, which tells a write that broke off from one that went
 * bad.
 */
import { crc32 } from "node:zlib";
import type { Sequence } from "../invalidation/epochs.ts";
import type { PurgeRecord } from "../invalidation/purge-request.ts";
import { readPurgeRecord } from "./read-purge-record.ts";

/** First line of every journal: what it is, and the version of its format. */
export const JOURNAL_HEADER = "lacquer-purges 1\n";

/** What the bytes of a journal say. */
export interface JournalReading {
  /** All that could be read, in the order of the file. */
  readonly records: readonly PurgeRecord[];
  /** Where the last whole line ends. What follows was never acknowledged. */
  readonly end: number;
  /** Whether something that was once whole cannot be read, so that a purge may be missing. */
  readonly isDamaged: boolean;
  /** The highest sequence that could be read; 0 for none. */
  readonly highest: Sequence;
}

/** Eight hexadecimal digits and a space. */
const CHECKSUM_LENGTH = 9;
const LINE_FEED = 0x0a;
const decoder = new TextDecoder();

/** A record as a line of the journal. */
export function journalLine(record: PurgeRecord): string {
  const json = JSON.stringify(record);
  return `${checksum(json)}${json}\n`;
}

/** Reads a journal. It never throws; lines that cannot be read are left out, and make it damaged. */
export function readJournal(bytes: Uint8Array): JournalReading {
  const records: PurgeRecord[] = [];
  let isDamaged = !hasHeader(bytes);
  let start = isDamaged ? 0 : JOURNAL_HEADER.length;
  let highest: Sequence = 0;
  for (let end = bytes.indexOf(LINE_FEED, start); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
    const record = readLine(bytes.subarray(start, end));
    start = end + 1;
    // Sequences ascend; one that does not stands where another was.
    if (record === undefined || record.sequence <= highest) isDamaged = true;
    if (record === undefined) continue;
    highest = Math.max(highest, record.sequence);
    records.push(record);
  }
  const spoilt = readLine(bytes.subarray(start, -1)); // a whole line whose line feed went bad
  if (spoilt === undefined) return { records, end: start, isDamaged, highest };
  return { records, end: start, isDamaged: true, highest: Math.max(highest, spoilt.sequence) };
}

function hasHeader(bytes: Uint8Array): boolean {
  return decoder.decode(bytes.subarray(0, JOURNAL_HEADER.length)) === JOURNAL_HEADER;
}

function readLine(line: Uint8Array): PurgeRecord | undefined {
  const json = line.subarray(CHECKSUM_LENGTH);
  if (decoder.decode(line.subarray(0, CHECKSUM_LENGTH)) !== checksum(json)) return undefined;
  return readPurgeRecord(decoder.decode(json));
}

function checksum(json: string | Uint8Array): string {
  return `${crc32(json).toString(16).padStart(8, "0")} `;
}
