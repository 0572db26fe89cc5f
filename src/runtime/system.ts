import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import type { Runtime } from "../server/runtime.ts";
import { openPurgeJournal } from "./purge-journal.ts";

/** The parts of a `Runtime` that `node:` modules give alike on Bun, Deno and Node. */
export const system: Omit<
  Runtime,
  "name" | "version" | "listen" | "connectOrigin" | "wrapBody" | "wrapFields" | "copiesResponses"
> = {
  args: process.argv.slice(2),
  env: (name) => process.env[name],
  readTextFile,
  importFile: (path) => import(pathToFileURL(resolve(path)).href),
  openPurgeLog: (directory) => openPurgeJournal(directory),
  onStopSignal(stop) {
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
  },
  writeOut: writerTo(process.stdout),
  writeError: writerTo(process.stderr),
  exit: (code) => process.exit(code),
};

/** Text that may wait for a reader of standard output or error who has stopped, in characters; what is more is lost. */
const MAX_WAITING = 1024 * 1024;

/** Writes for as long as somebody reads: that nobody does any more is no reason to stop serving, or to hold it all. */
function writerTo(stream: NodeJS.WriteStream): (text: string) => void {
  let waiting = 0;
  stream.on("error", () => {}); // EPIPE; without a listener it would end the process
  return (text) => {
    if (waiting > MAX_WAITING) return;
    waiting += text.length;
    stream.write(text, () => (waiting -= text.length));
  };
}

async function readTextFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
}
