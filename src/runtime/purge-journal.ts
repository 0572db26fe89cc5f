import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { PurgeRecord } from "../invalidation/purge-request.ts";
import { type OpenedPurgeLog, StateError } from "../server/runtime.ts";
import { systemClock } from "../time/clock.ts";
import { lockDirectory } from "./directory-lock.ts";
import { type JournalDisk, systemDisk } from "./journal-disk.ts";
import { type JournalReading, readJournal } from "./journal-format.ts";
import { JournalWriter } from "./journal-writer.ts";
import { journalPath, type OpenJournal, putInPlace, writeAside } from "./write-aside.ts";

/** More sequences than can have been used in what cannot be read: ten thousand a second for three years. */
const SKIPPED_SEQUENCES = 2 ** 40;

/** A journal ready for more, and what it holds. */
interface Recovered {
  readonly journal: OpenJournal;
  readonly records: readonly PurgeRecord[];
  /** Where the damaged one is kept that it stands for. */
  readonly kept?: string;
}

/**
 * Opens the journal of purges in a state directory, and makes both where they are missing. The directory belongs to
 * this process until the log is closed.
 *
 * A journal that is damaged is kept beside the new one, which begins with a purge of everything, so that nothing comes
 * back that was purged.
 *
 * @throws {StateError} when the directory cannot be used, or another process has it.
 */
export async function openPurgeJournal(directory: string, disk: JournalDisk = systemDisk): Promise<OpenedPurgeLog> {
  try {
    await makeDirectory(directory, disk);
    const attempt = await lockDirectory(directory);
    if ("heldBy" in attempt) throw new StateError(directory, `process ${attempt.heldBy} holds it`);
    return await openLocked(directory, disk, () => attempt.lock.release());
  } catch (error) {
    if (error instanceof StateError) throw error;
    throw new StateError(directory, error instanceof Error ? error.message : String(error), error);
  }
}

async function makeDirectory(directory: string, disk: JournalDisk): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  // Each directory stands in the one above, from the last to the first that was made.
  for (let made = resolve(directory);; made = dirname(made)) {
    await disk.syncDirectory(dirname(made));
    if (made === resolve(first) || made === dirname(made)) return;
  }
}

async function openLocked(
  directory: string,
  disk: JournalDisk,
  release: () => Promise<void>,
): Promise<OpenedPurgeLog> {
  try {
    const { journal, records, kept } = await recover(directory, disk);
    const newest = records.at(-1) ?? { sequence: 0, at: 0 };
    const log = new JournalWriter(journal, { disk, directory, newest, release });
    return { log, records, lost: kept !== undefined, ...(kept !== undefined && { kept }) };
  } catch (error) {
    await release();
    throw error;
  }
}

async function recover(directory: string, disk: JournalDisk): Promise<Recovered> {
  const path = journalPath(directory);
  const bytes = await disk.read(path);
  if (bytes === undefined) return { journal: await begin(directory, disk, []), records: [] };
  const reading = readJournal(bytes);
  if (reading.isDamaged) return await beginAnew(directory, disk, reading);
  const journal = await goOn(path, disk, { length: reading.end, hasTail: reading.end < bytes.length });
  return { journal, records: reading.records };
}

async function begin(directory: string, disk: JournalDisk, records: readonly PurgeRecord[]): Promise<OpenJournal> {
  const journal = await writeAside(disk, directory, records);
  try {
    await putInPlace(disk, directory);
    await disk.syncDirectory(directory);
    return journal;
  } catch (error) {
    await journal.file.close();
    throw error;
  }
}

/** The damaged file gets its second name first: at every moment one of the two stands in the place of the journal. */
async function beginAnew(directory: string, disk: JournalDisk, { highest }: JournalReading): Promise<Recovered> {
  const kept = await keepDamaged(journalPath(directory), disk);
  const sequence = Math.min(highest + SKIPPED_SEQUENCES, Number.MAX_SAFE_INTEGER);
  const everything: PurgeRecord = { sequence, at: systemClock.wallTime(), soft: false, scopes: [{ kind: "all" }] };
  return { journal: await begin(directory, disk, [everything]), records: [everything], kept };
}

async function keepDamaged(path: string, disk: JournalDisk): Promise<string> {
  for (let number = 1;; number++) {
    const name = `${path}.damaged-${number}`;
    if (await disk.link(path, name)) return name;
  }
}

/** A tail that was not written whole was never acknowledged, and makes way for what comes. */
async function goOn(
  path: string,
  disk: JournalDisk,
  { length, hasTail }: { length: number; hasTail: boolean },
): Promise<OpenJournal> {
  const file = await disk.open(path);
  try {
    if (hasTail) await file.truncate(length);
    await file.sync();
    return { file, length };
  } catch (error) {
    await file.close();
    throw error;
  }
}
