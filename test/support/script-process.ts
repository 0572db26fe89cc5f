// Runs a file of this folder as its own process, on the runtime that runs the test, and reads it line by line.
import { spawn } from "node:child_process";
import process from "node:process";
import { scriptArguments } from "./lacquer-process.ts";

/** A script that runs. */
export interface ScriptProcess {
  readonly pid: number;
  /** Complete lines on standard output so far. */
  readonly lines: readonly string[];
  /** The first line, once it is complete. Rejects when the process ends before. */
  readonly firstLine: Promise<string>;
  /** Resolves when it has ended and all that it wrote was read. */
  readonly ended: Promise<void>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
}

/** Longer than any of the scripts takes. */
const PATIENCE = 30_000;

/** Starts `test/support/NAME.ts`. After half a minute it is killed. */
export function startScript(name: string, args: readonly string[]): ScriptProcess {
  const command = [...scriptArguments(`test/support/${name}.ts`), ...args];
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "pipe"] });
  const { pid } = child;
  if (pid === undefined) throw new Error(`Cannot start "${name}"`);
  const firstLine = Promise.withResolvers<string>();
  const ended = Promise.withResolvers<void>();
  const lines: string[] = [];
  let rest = "";
  let errors = "";
  let isRunning = true;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
    if (lines[0] !== undefined) firstLine.resolve(lines[0]);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => errors += text);
  child.on("exit", () => isRunning = false);
  child.on("error", ended.reject);
  child.on("close", () => {
    clearTimeout(watchdog);
    firstLine.reject(new Error(`Cannot read a line of "${name}": ${errors}`));
    ended.resolve();
  });
  firstLine.promise.catch(() => {}); // not every test waits for it
  const kill = () => {
    if (isRunning) process.kill(pid, "SIGKILL");
    return ended.promise;
  };
  const watchdog = setTimeout(kill, PATIENCE);
  return { pid, lines, firstLine: firstLine.promise, ended: ended.promise, kill };
}
