// Runs the command line as its own process, on the runtime that runs the test.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";

/** How a process ended and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

/** A running `lacquer`. */
export interface LacquerProcess {
  /** The first line on standard output, once it is complete. Rejects when the process ends before. */
  readonly firstLine: Promise<string>;
  /** Resolves with what of standard output matches, once it does. Rejects when the process ends before. */
  prints(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
  signal(name: "SIGTERM" | "SIGINT" | "SIGKILL"): void;
  /** Stops reading its standard output for good, as `head` does. */
  closeOutput(): void;
}

/** Longer than any start or stop takes, the ten seconds of draining included. */
const PATIENCE = 30_000;

/** What a process of a test may be started with. */
export interface ProcessOptions {
  /** After so many milliseconds it is killed. */
  readonly patience?: number;
  /** Set besides the environment of the test. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts `lacquer` with these arguments. `cwd` should be an empty folder unless its configuration is wanted. */
export function startLacquer(args: readonly string[], cwd: string, options: ProcessOptions = {}): LacquerProcess {
  const child = spawn(process.execPath, [...scriptArguments(entryFile()), ...args], {
    cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const watchdog = setTimeout(() => child.kill("SIGKILL"), options.patience ?? PATIENCE);
  const firstLine = Promise.withResolvers<string>();
  const ended = Promise.withResolvers<Ended>();
  const waiting: { pattern: RegExp; found: PromiseWithResolvers<RegExpExecArray> }[] = [];
  let out = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    if (out.includes("\n")) firstLine.resolve(out.slice(0, out.indexOf("\n")));
    look();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => errors += text);
  child.on("error", ended.reject);
  child.on("close", (code) => {
    clearTimeout(watchdog);
    const reason = new Error(`Cannot read a line of lacquer: it ended with ${code}: ${errors}`);
    for (const { reject } of [firstLine, ...waiting.map(({ found }) => found)]) reject(reason);
    ended.resolve({ code, out, errors });
  });
  const look = () => {
    for (const { pattern, found } of waiting) {
      const match = pattern.exec(out);
      if (match !== null) found.resolve(match);
    }
  };
  // Only some tests wait for the line.
  firstLine.promise.catch(() => {});
  return {
    firstLine: firstLine.promise,
    prints(pattern) {
      const found = Promise.withResolvers<RegExpExecArray>();
      waiting.push({ pattern, found });
      look();
      return found.promise;
    },
    ended: ended.promise,
    signal: (name) => kill(child, name),
    closeOutput: () => void child.stdout.destroy(),
  };
}

/** Runs `lacquer` to its end. */
export function runLacquer(args: readonly string[], cwd: string, options: ProcessOptions = {}): Promise<Ended> {
  return startLacquer(args, cwd, options).ended;
}

/** Calls `task` with a new folder that holds `files`, and removes it afterwards. */
export async function inFolder(
  files: Readonly<Record<string, string>>,
  task: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "lacquer-"));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    await task(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function entryFile(): string {
  if ("Bun" in globalThis) return "src/entry/bun.ts";
  return "Deno" in globalThis ? "src/entry/deno.ts" : "src/entry/node.ts";
}

/** What the runtime takes to run a file, with the same permissions as the `serve` task of `deno.json`. */
export function scriptArguments(file: string): string[] {
  if (!("Deno" in globalThis)) return [resolve(file)];
  const permissions = ["--allow-net", "--allow-env", "--allow-read", "--allow-write"];
  return ["run", "--cached-only", `--config=${resolve("deno.json")}`, ...permissions, resolve(file)];
}

/** Not `child.kill()`: on Deno the process then counts as killed, whatever it made of the signal. */
function kill(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid !== undefined && child.exitCode === null) process.kill(child.pid, name);
}
