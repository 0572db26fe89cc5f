import { execFile } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { promisify } from "node:util";
import { VERSION } from "../../src/cli/version.ts";

const run = promisify(execFile);

/** Each command that takes part in benchmarks, and what makes it tell its version. */
const VERSION_FLAGS = {
  nginx: "-v",
  varnishd: "-V",
  haproxy: "-v",
  wrk: "-v",
  bun: "--version",
  deno: "--version",
  node: "--version",
} as const;

/** Machine, and the versions of Lacquer and of these commands, in one line each. */
export async function describeMachine(commands: readonly (keyof typeof VERSION_FLAGS)[]): Promise<readonly string[]> {
  const versions = await Promise.all(commands.map((command) => versionOf(command, VERSION_FLAGS[command])));
  const memory = (totalmem() / 1024 ** 3).toFixed(0);
  return [
    `${cpus().length} × ${cpus()[0]?.model.trim()}, ${memory} GiB; every proxy on the first core`,
    `Lacquer ${VERSION}; ${versions.join(", ")}`,
  ];
}

/** The first number of several parts that a command tells of itself. Some fail when they have told it. */
async function versionOf(command: string, flag: string): Promise<string> {
  const { stdout, stderr } = await run(command, [flag]).catch(
    ({ stdout = "", stderr = "" }: { stdout?: string; stderr?: string }) => ({ stdout, stderr }),
  );
  return `${command} ${/\d+(?:\.\d+)+/.exec(stdout + stderr)?.[0] ?? "(absent)"}`;
}
