import { join } from "node:path";
import type { PurgeRecord } from "../invalidation/purge-request.ts";
import type { JournalDisk, JournalFile } from "./journal-disk.ts";
import { JOURNAL_HEADER, journalLine } from "./journal-format.ts";

/** A journal that is open for more. */
export interface OpenJournal {
  readonly file: JournalFile;
  /** Where the next line goes. */
  readonly length: number;
}

/** So many records are written in one go, so that other work gets its turn between them. */
const RECORDS_AT_ONCE = 500;

/** The journal of a state directory. */
export function journalPath(directory: string): string {
  return join(directory, "purges.journal");
}

/**
 * Writes a whole journal under another name, and to disk. `putInPlace()` then makes it the journal of the directory.
 * One that was left there by a process that died is written over.
 */
export async function writeAside(
  disk: JournalDisk,
  directory: string,
  records: readonly PurgeRecord[],
): Promise<OpenJournal> {
  const file = await disk.create(asidePath(directory));
  try {
    const length = await writeAll(file, records);
    await file.sync();
    return { file, length };
  } catch (error) {
    await file.close().catch(() => {}); // the first error tells more
    throw error;
  }
}

/** Puts what `writeAside()` wrote in the place of the journal, in one step. The directory is yet to be synced. */
export function putInPlace(disk: JournalDisk, directory: string): Promise<void> {
  return disk.rename(asidePath(directory), journalPath(directory));
}

async function writeAll(file: JournalFile, records: readonly PurgeRecord[]): Promise<number> {
  let length = 0;
  let text = JOURNAL_HEADER;
  for (let done = 0; text !== ""; done += RECORDS_AT_ONCE) {
    const bytes = new TextEncoder().encode(text);
    await file.write(bytes, length);
    length += bytes.length;
    text = records.slice(done, done + RECORDS_AT_ONCE).map(journalLine).join("");
  }
  return length;
}

function asidePath(directory: string): string {
  return `${journalPath(directory)}.new`;
}
