import { execFile } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { promisify } from "node:util";
import { VERSION } from "../../src/cli/version.ts";

const run = promisify(execFile);

/** How commands tell their version, where it is not `--version`. */
const VERSION_FLAGS: Readonly<Record<string, string>> = { nginx: "-v", varnishd: "-V", haproxy: "-v", wrk: "-v" };

/** The machine and who sits where on it, in one line; the versions of Lacquer and of `commands` in another. */
export async function describeMachine(placement: string, commands: readonly string[]): Promise<readonly string[]> {
  const versions = await Promise.all(commands.map(versionOf));
  const memory = (totalmem() / 1024 ** 3).toFixed(0);
  return [
    `${cpus().length} × ${cpus()[0]?.model.trim()}, ${memory} GiB; ${placement}`,
    `Lacquer ${VERSION}; ${versions.join(", ")}`,
  ];
}

/** The first number of several parts that a command tells of itself. Some tell it with an exit code of failure. */
async function versionOf(command: string): Promise<string> {
  const flag = VERSION_FLAGS[command] ?? "--version";
  const { stdout, stderr } = await run(command, [flag]).catch((error) => ({ stdout: "", stderr: "", ...error }));
  return `${command} ${/\d+(?:\.\d+)+/.exec(`${stdout}${stderr}`)?.[0] ?? "(absent)"}`;
}
