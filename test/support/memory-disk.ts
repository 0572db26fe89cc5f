import type { JournalDisk, JournalFile } from "../../src/runtime/journal-disk.ts";
import type { Draw } from "./coalescing-draw.ts";

/** What a `MemoryDisk` is asked to do. */
export type DiskOperation =
  | "read"
  | "open"
  | "create"
  | "rename"
  | "link"
  | "syncDirectory"
  | "write"
  | "sync"
  | "truncate";

/** The bytes of a file, and those that a loss of power leaves. */
interface Content {
  bytes: Uint8Array;
  durable: Uint8Array;
}

/**
 * A file system in memory that knows what would be left of it after a crash. `before` is called ahead of each
 * operation: it may wait, and an operation fails with what it throws. A write that fails has written half.
 */
export class MemoryDisk implements JournalDisk {
  readonly operations: DiskOperation[] = [];
  before: (operation: DiskOperation) => Promise<void> | void = () => {};
  #names = new Map<string, Content>();
  #durableNames = new Map<string, Content>();

  async read(path: string): Promise<Uint8Array | undefined> {
    await this.#begin("read");
    return this.#names.get(path)?.bytes;
  }

  async open(path: string): Promise<JournalFile> {
    await this.#begin("open");
    const content = this.#names.get(path);
    if (content === undefined) throw new Error(`ENOENT: ${path}`);
    return this.#fileOf(content);
  }

  async create(path: string): Promise<JournalFile> {
    await this.#begin("create");
    const content = { bytes: new Uint8Array(), durable: new Uint8Array() };
    this.#names.set(path, content);
    return this.#fileOf(content);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#begin("rename");
    const content = this.#names.get(from);
    if (content === undefined) throw new Error(`ENOENT: ${from}`);
    this.#names.delete(from);
    this.#names.set(to, content);
  }

  async link(from: string, to: string): Promise<boolean> {
    await this.#begin("link");
    const content = this.#names.get(from);
    if (content === undefined) throw new Error(`ENOENT: ${from}`);
    if (this.#names.has(to)) return false;
    this.#names.set(to, content);
    return true;
  }

  async syncDirectory(): Promise<void> {
    await this.#begin("syncDirectory");
    this.#durableNames = new Map(this.#names);
  }

  /** What a file holds for those who read it, in this process or after its end. */
  bytesOf(path: string): Uint8Array | undefined {
    return this.#names.get(path)?.bytes;
  }

  /** What a file might hold after a loss of power now: either name, and any part of what was not synced. */
  afterPowerLoss(path: string, draw: Draw): Uint8Array | undefined {
    const content = (draw.chance(50) ? this.#names : this.#durableNames).get(path);
    if (content === undefined) return undefined;
    const { bytes, durable } = content;
    const written = draw.below(bytes.length + 1);
    return joined(bytes.subarray(0, written), durable.subarray(written));
  }

  #fileOf(content: Content): JournalFile {
    return {
      write: async (bytes, position) => {
        const put = (part: Uint8Array) => {
          const upTo = joined(content.bytes.subarray(0, position), part);
          content.bytes = joined(upTo, content.bytes.subarray(upTo.length));
        };
        await this.#begin("write").catch((error) => {
          put(bytes.subarray(0, bytes.length / 2));
          throw error;
        });
        put(bytes);
      },
      sync: async () => {
        await this.#begin("sync");
        content.durable = content.bytes;
      },
      truncate: async (length) => {
        await this.#begin("truncate");
        content.bytes = content.bytes.slice(0, length);
      },
      close: () => Promise.resolve(),
    };
  }

  async #begin(operation: DiskOperation): Promise<void> {
    this.operations.push(operation);
    await this.before(operation);
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(one.length + other.length);
  bytes.set(one);
  bytes.set(other, one.length);
  return bytes;
}
