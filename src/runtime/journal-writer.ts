import type { PurgeLog } from "../invalidation/purge-log.ts";
import type { PurgeRecord } from "../invalidation/purge-request.ts";
import type { JournalDisk, JournalFile } from "./journal-disk.ts";
import { journalLine } from "./journal-format.ts";
import { type OpenJournal, putInPlace, writeAside } from "./write-aside.ts";

/** Where a journal is written. */
export interface JournalPlace {
  readonly disk: JournalDisk;
  readonly directory: string;
  /** What the journal ends with; sequences go on from here. */
  readonly newest: Place;
  /** Called once nothing more will be written. */
  release(): Promise<void>;
}

/** A place in the order of purges, and when it was taken. */
type Place = Pick<PurgeRecord, "sequence" | "at">;

interface Append {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes a journal. What is appended while a write is under way gathers and goes to disk together, with the next one.
 * A batch that fails is taken back, so that nothing of it stands between those that did not.
 */
export class JournalWriter implements PurgeLog {
  readonly #place: JournalPlace;
  /** What is still to be done, in order. */
  readonly #tasks: (() => Promise<void>)[] = [];
  /** The last of the tasks, while it is a batch that still takes appends. */
  #batch: Append[] | undefined;
  #working: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #file: JournalFile;
  #length: number;
  #newest: Place;
  /** Why nothing can be written any more. */
  #fault: Error | undefined;

  constructor(journal: OpenJournal, place: JournalPlace) {
    this.#file = journal.file;
    this.#length = journal.length;
    this.#newest = place.newest;
    this.#place = place;
  }

  get bytes(): number {
    return this.#length;
  }

  /** @throws {RangeError} by its promise, when the sequence is not above all before. */
  append(record: PurgeRecord): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(closedError());
    const { sequence } = this.#newest;
    if (!(record.sequence > sequence)) return Promise.reject(outOfOrder(record, sequence));
    this.#newest = record;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#batch ??= this.#beginBatch();
    this.#batch.push({ line: journalLine(record), resolve, reject });
    return promise;
  }

  /**
   * The last place taken is kept even when none of the records has it: as one without scopes, so that sequences never
   * begin again below it.
   *
   * @throws {RangeError} by its promise, when the sequences do not ascend.
   */
  rewrite(records: readonly PurgeRecord[]): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(closedError());
    const stray = records.find((record, index) => !(record.sequence > (records[index - 1]?.sequence ?? 0)));
    if (stray !== undefined) return Promise.reject(outOfOrder(stray, this.#newest.sequence));
    const kept = withPlace(records, this.#newest);
    this.#newest = kept.at(-1) ?? this.#newest;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#do(() => this.#replace(kept).then(resolve, reject));
    return promise;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#working;
    try {
      await this.#file.close();
    } finally {
      await this.#place.release();
    }
  }

  #beginBatch(): Append[] {
    const batch: Append[] = [];
    this.#do(() => this.#write(batch));
    return batch;
  }

  #do(task: () => Promise<void>): void {
    this.#batch = undefined;
    this.#tasks.push(task);
    this.#working ??= this.#work();
  }

  async #work(): Promise<void> {
    await Promise.resolve(); // what is appended in the same turn goes with it
    for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) {
      if (this.#tasks.length === 0) this.#batch = undefined;
      await task();
    }
    this.#working = undefined;
  }

  async #write(batch: readonly Append[]): Promise<void> {
    try {
      if (this.#fault !== undefined) throw this.#fault;
      const bytes = new TextEncoder().encode(batch.map((append) => append.line).join(""));
      await this.#appendBytes(bytes);
      this.#length += bytes.length;
    } catch (error) {
      for (const append of batch) append.reject(error);
      return;
    }
    for (const append of batch) append.resolve();
  }

  async #appendBytes(bytes: Uint8Array): Promise<void> {
    try {
      await this.#file.write(bytes, this.#length);
      await this.#file.sync();
    } catch (error) {
      await this.#takeBack();
      throw error;
    }
  }

  async #takeBack(): Promise<void> {
    try {
      await this.#file.truncate(this.#length);
    } catch (error) {
      this.#fault = this.#faultOf("a write that failed could not be taken back", error);
    }
  }

  async #replace(records: readonly PurgeRecord[]): Promise<void> {
    if (this.#fault !== undefined) throw this.#fault;
    const { disk, directory } = this.#place;
    const next = await writeAside(disk, directory, records);
    try {
      await putInPlace(disk, directory);
    } catch (error) {
      await next.file.close().catch(() => {}); // the first error tells more
      throw error;
    }
    const previous = this.#file;
    this.#file = next.file;
    this.#length = next.length;
    await previous.close().catch(() => {}); // it is no longer the journal
    await this.#syncDirectory();
  }

  /** After a loss of power the old journal might be back, without what was appended to the new one. */
  async #syncDirectory(): Promise<void> {
    try {
      await this.#place.disk.syncDirectory(this.#place.directory);
    } catch (error) {
      this.#fault = this.#faultOf("its directory could not be synced", error);
      throw this.#fault;
    }
  }

  #faultOf(reason: string, cause: unknown): Error {
    return new Error(`Cannot write to the journal of purges in "${this.#place.directory}": ${reason}`, { cause });
  }
}

function withPlace(records: readonly PurgeRecord[], newest: Place): readonly PurgeRecord[] {
  if (newest.sequence <= (records.at(-1)?.sequence ?? 0)) return [...records];
  return [...records, { sequence: newest.sequence, at: newest.at, soft: false, scopes: [] }];
}

function outOfOrder(record: PurgeRecord, newest: number): RangeError {
  return new RangeError(`Cannot write a purge to the journal: sequence ${record.sequence} comes after ${newest}`);
}

function closedError(): Error {
  return new Error("Cannot write to the journal of purges: it is closed");
}
