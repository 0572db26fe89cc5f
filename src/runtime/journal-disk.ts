import { open, readFile, rename } from "node:fs/promises";
import { linkIfFree } from "./link-if-free.ts";
import { isSystemError } from "./system-error.ts";

/** What a journal needs of a file system, each of it done when its promise resolves. */
export interface JournalDisk {
  /** Bytes of a file, or `undefined` when there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Opens a file that exists. */
  open(path: string): Promise<JournalFile>;
  /** Makes an empty file in place of any other of this name. */
  create(path: string): Promise<JournalFile>;
  /** Puts one file in the place of another in one step. */
  rename(from: string, to: string): Promise<void>;
  /** Gives a file a second name. @returns Whether the name was free. */
  link(from: string, to: string): Promise<boolean>;
  /** Makes names in a directory outlive a loss of power. */
  syncDirectory(path: string): Promise<void>;
}

/** An open file of a journal. */
export interface JournalFile {
  /** Writes all of the bytes. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Makes what was written outlive a loss of power. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** The file system of the machine. */
export const systemDisk: JournalDisk = {
  read,
  open: (path) => openFile(path, "r+"),
  create: (path) => openFile(path, "w"),
  rename,
  link: linkIfFree,
  syncDirectory,
};

async function read(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

async function openFile(path: string, flags: "r+" | "w"): Promise<JournalFile> {
  const handle = await open(path, flags, 0o600);
  return {
    async write(bytes, position) {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
        if (bytesWritten === 0) throw new Error(`Cannot write "${path}": the disk takes no more bytes`);
        done += bytesWritten;
      }
    },
    sync: () => handle.datasync(), // the length is among what it keeps
    truncate: (length) => handle.truncate(length),
    close: () => handle.close(),
  };
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
