import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MEMORY_FOLDER = "/dev/shm";

/** Longer than `lacquer` drains for. */
const STOP_MS = 15_000;

export interface StartOptions {
  /** Does not show its errors. */
  readonly quiet?: boolean;
  /** Where its standard output is appended; it is dropped otherwise. */
  readonly outputFile?: string;
}

/** Folder and child processes of one benchmark. Nothing of either is left behind, not on SIGINT or SIGTERM either. */
export class Workplace {
  readonly folder: string;
  readonly #children = new Set<ChildProcess>();
  #closed = false;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** `inMemory`: its folder is in a file system that has no disk behind it, where there is one. */
  static async open(options: { inMemory?: boolean } = {}): Promise<Workplace> {
    const parent = options.inMemory && existsSync(MEMORY_FOLDER) ? MEMORY_FOLDER : tmpdir();
    const folder = await mkdtemp(join(parent, "lacquer-bench-"));
    await chmod(folder, 0o755); // the workers of nginx and Varnish run as other users
    const workplace = new Workplace(folder);
    for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
      process.once(signal, () => void workplace.close().finally(() => process.exit(code)));
    }
    return workplace;
  }

  /** A new folder that is removed with this one. */
  async newFolder(name: string): Promise<string> {
    const folder = await mkdtemp(join(this.folder, `${name}-`));
    await chmod(folder, 0o755);
    return folder;
  }

  /** Starts a process. */
  start(command: string, args: readonly string[], options: StartOptions = {}): ChildProcess {
    const output = options.outputFile === undefined ? "ignore" : openSync(options.outputFile, "a");
    try {
      return this.#spawn(command, args, { stdio: ["ignore", output, options.quiet ? "ignore" : "inherit"] });
    } finally {
      if (typeof output === "number") closeSync(output); // the process has its own
    }
  }

  /** Starts a process on the first core, so that all contenders have the same one, or on another. */
  startPinned(command: string, args: readonly string[], options: StartOptions & { core?: number } = {}): ChildProcess {
    return this.start("taskset", ["-c", String(options.core ?? 0), command, ...args], options);
  }

  /** Starts a process whose standard output is read by the caller. */
  startReadable(command: string, args: readonly string[], options: { env?: NodeJS.ProcessEnv } = {}): ChildProcess {
    return this.#spawn(command, args, { stdio: ["ignore", "pipe", "inherit"], ...options });
  }

  /** Ends one process, by force when it does not go. */
  async stop(child: ChildProcess): Promise<void> {
    this.#children.delete(child);
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    const force = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await ended;
    clearTimeout(force);
  }

  /** Ends everything. Nothing can be started any more, so that a signal does not miss what is started meanwhile. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#children].map((child) => this.stop(child)));
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #spawn(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    if (this.#closed) throw new Error(`Cannot start "${command}": the benchmark is over`);
    const child = spawn(command, args, options);
    this.#children.add(child);
    child.once("exit", () => this.#children.delete(child));
    // Without a listener a command that is not installed would end the benchmark before it could clean up.
    child.on("error", (error) => process.stderr.write(`Cannot start "${command}": ${error.message}\n`));
    return child;
  }
}
