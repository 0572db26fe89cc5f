import type { PurgeRecord } from "./purge-request.ts";

/** Where purges outlive the process. What is appended in one turn may be written in one go. */
export interface PurgeLog {
  /** Resolves once the record is on disk. Rejects when it cannot be written; then nothing is known of it. */
  append(record: PurgeRecord): Promise<void>;
  /**
   * Puts these records in the place of all that were appended before this call, all at once. The place of the last one
   * stays taken, even when it is not among them.
   */
  rewrite(records: readonly PurgeRecord[]): Promise<void>;
  /** Bytes on disk. */
  readonly bytes: number;
  /** Waits for what is being written, and lets go of the directory. */
  close(): Promise<void>;
}
