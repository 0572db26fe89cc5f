import { readFile } from "node:fs/promises";

const EVERY_MS = 100;

/** Bytes that a process has in memory, from the text of /proc/PID/status. */
export function parseResident(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

export async function residentBytes(pid: number): Promise<number> {
  return parseResident(await readFile(`/proc/${pid}/status`, "utf8"));
}

/** Looks every tenth of a second at what a process has in memory. */
export class MemoryWatch {
  /** In order of time. */
  readonly samples: number[] = [];
  readonly #pid: number;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(pid: number) {
    this.#pid = pid;
    this.#timer = setInterval(() => void this.#look(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const bytes = await residentBytes(this.#pid).catch(() => NaN); // it may have ended
    if (!Number.isNaN(bytes)) this.samples.push(bytes);
  }
}
