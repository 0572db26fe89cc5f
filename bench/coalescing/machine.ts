import { execFile } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { promisify } from "node:util";
import { VERSION } from "../../src/cli/version.ts";
import { HEADERS_AFTER_MS } from "./plan.ts";

const run = promisify(execFile);

/** Machine, versions and origin, in one line each. */
export async function describeMachine(): Promise<readonly string[]> {
  const versions = await Promise.all([
    versionOf("nginx", "-v"),
    versionOf("varnishd", "-V"),
    versionOf("bun", "--version"),
    versionOf("deno", "--version"),
    versionOf("node", "--version"),
  ]);
  const memory = (totalmem() / 1024 ** 3).toFixed(0);
  return [
    `${cpus().length} × ${cpus()[0]?.model.trim()}, ${memory} GiB; every proxy on the first core`,
    `Lacquer ${VERSION}; ${versions.join(", ")}`,
    `The origin answers header fields after ${HEADERS_AFTER_MS} ms`,
  ];
}

/** The first number of several parts that a command tells of itself. */
async function versionOf(command: string, flag: string): Promise<string> {
  const { stdout, stderr } = await run(command, [flag]).catch(() => ({ stdout: "", stderr: "" }));
  return `${command} ${/\d+(?:\.\d+)+/.exec(stdout + stderr)?.[0] ?? "(absent)"}`;
}
