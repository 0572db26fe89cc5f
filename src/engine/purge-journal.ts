/** Keeps purges beyond the process, in a log that is written anew when most of it is forgotten. */
import type { PurgeLog } from "../invalidation/purge-log.ts";
import { recordOf } from "../invalidation/purge-record.ts";
import { PurgeError, type PurgeRecord } from "../invalidation/purge-request.ts";
import type { CompiledPurge, Purges } from "../invalidation/purges.ts";
import type { Clock } from "../time/clock.ts";

/** A log is not written anew before it has this size. */
const MIN_BYTES = 1024 * 1024;

/** Nor before it has this many times the size that it had when it was last written. */
const GROWTH = 2;

/** What is written down, and where. */
export interface JournalPorts {
  readonly log: PurgeLog;
  readonly purges: Purges;
  readonly clock: Clock;
}

/** The log of purges of an engine. */
export class PurgeJournal {
  readonly #ports: JournalPorts;
  #rewriteAt = MIN_BYTES;
  #isRewriting = false;

  constructor(ports: JournalPorts) {
    this.#ports = ports;
  }

  /** Resolves once a purge is on disk. @throws {PurgeError} "not-durable" */
  async append(purge: CompiledPurge, sequence: number): Promise<void> {
    const { log, clock } = this.#ports;
    try {
      await log.append(recordOf(purge, { sequence, at: clock.wallTime() }));
    } catch (cause) {
      throw new PurgeError("not-durable", "Cannot write down the purge: it holds until this process ends", cause);
    }
    if (log.bytes >= this.#rewriteAt && !this.#isRewriting) await this.#rewrite();
  }

  /** One that fails is tried again when the log has grown further; the old one holds meanwhile. */
  async #rewrite(): Promise<void> {
    const { log } = this.#ports;
    this.#isRewriting = true;
    try {
      await log.rewrite(this.#remembered());
    } catch {
      // What was appended is on disk all the same.
    } finally {
      this.#isRewriting = false;
      this.#rewriteAt = Math.max(MIN_BYTES, log.bytes * GROWTH);
    }
  }

  /** All purges that something stored may still have to be told of. */
  #remembered(): readonly PurgeRecord[] {
    const { purges, clock } = this.#ports;
    const toWallTime = clock.wallTime() - clock.monotonic();
    return purges.records().map(({ purge, mark }) =>
      recordOf(purge, { sequence: mark.sequence, at: mark.at + toWallTime })
    );
  }
}
