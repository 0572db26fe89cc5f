import type { Runtime } from "../server/runtime.ts";
import { ConfigError } from "./config-error.ts";
import { findJsonFault } from "./json-fault.ts";

/** What a configuration file holds, not yet checked. */
export interface ConfigFile {
  readonly file: string;
  readonly config: unknown;
}

/** Looked for in the working directory, in this order, when no file is named. */
const DEFAULT_FILES = ["lacquer.config.ts", "lacquer.config.json"] as const;

/**
 * Reads a configuration file: the default export of a module, or JSON. Without `file` the default names are tried,
 * and there may be none.
 *
 * @throws {ConfigError} when a named file is missing, or a file cannot be read or has no configuration in it.
 */
export async function loadConfig(
  runtime: Pick<Runtime, "readTextFile" | "importFile">,
  file?: string,
): Promise<ConfigFile | undefined> {
  for (const candidate of file === undefined ? DEFAULT_FILES : [file]) {
    const text = await readText(runtime, candidate);
    if (text === undefined) continue;
    const config = candidate.endsWith(".json") ? parseJson(candidate, text) : await importDefault(runtime, candidate);
    return { file: candidate, config };
  }
  if (file !== undefined) throw unreadable(file, "there is no such file");
  return undefined;
}

async function readText(runtime: Pick<Runtime, "readTextFile">, file: string): Promise<string | undefined> {
  try {
    return await runtime.readTextFile(file);
  } catch (error) {
    throw unreadable(file, messageOf(error), error);
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const fault = findJsonFault(text);
    const place = fault === undefined ? messageOf(error) : `line ${fault.line}, column ${fault.column}`;
    throw unreadable(file, `it is not JSON from ${place}`, error);
  }
}

async function importDefault(runtime: Pick<Runtime, "importFile">, file: string): Promise<unknown> {
  if (!/\.[cm]?[jt]s$/.test(file)) throw unreadable(file, "its name ends neither in .ts nor in .js nor in .json");
  const module = await importModule(runtime, file);
  if (module.default === undefined) {
    throw unreadable(file, "it has no default export, accepted: export default defineConfig({ … })");
  }
  return module.default;
}

async function importModule(runtime: Pick<Runtime, "importFile">, file: string): Promise<Record<string, unknown>> {
  try {
    return await runtime.importFile(file);
  } catch (error) {
    throw unreadable(file, messageOf(error), error);
  }
}

function unreadable(file: string, reason: string, cause?: unknown): ConfigError {
  return new ConfigError(`Cannot read configuration file "${file}": ${reason}`, [], cause);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
