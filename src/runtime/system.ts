import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import type { Runtime } from "../server/runtime.ts";

/** The parts of a `Runtime` that `node:` modules give alike on Bun, Deno and Node. */
export const system: Omit<Runtime, "name" | "version" | "listen" | "connectOrigin" | "wrapBody" | "wrapFields"> = {
  args: process.argv.slice(2),
  env: (name) => process.env[name],
  readTextFile,
  importFile: (path) => import(pathToFileURL(resolve(path)).href),
  onStopSignal(stop) {
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
  },
  writeOut: (text) => void process.stdout.write(text),
  writeError: (text) => void process.stderr.write(text),
  exit: (code) => process.exit(code),
};

async function readTextFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
}
