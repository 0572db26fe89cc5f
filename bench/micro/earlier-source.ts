import { execFile } from "node:child_process";
import { copyFile, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Workplace } from "../support/workplace.ts";

const run = promisify(execFile);

/** The last tag before this commit; `undefined` when there is none. */
export async function lastTag(): Promise<string | undefined> {
  const found = await run("git", ["describe", "--tags", "--abbrev=0"]).catch(() => undefined);
  return found?.stdout.trim() || undefined;
}

/**
 * The `src` folder of a commit, extracted, with the dependencies that are installed now. Throws a `RangeError` where git
 * knows no such commit.
 */
export async function extractSource(workplace: Workplace, commit: string): Promise<string> {
  const folder = await workplace.newFolder("earlier");
  const archive = join(folder, "src.tar");
  try {
    await run("git", ["archive", "--format=tar", `--output=${archive}`, "--end-of-options", commit, "src"]);
  } catch (cause) {
    throw new RangeError(`Cannot use "--against ${commit}": git gives no src folder of it`, { cause });
  }
  await run("tar", ["-xf", archive, "-C", folder]);
  await symlink(resolve("node_modules"), join(folder, "node_modules"));
  await copyFile("package.json", join(folder, "package.json")); // says that these files are modules
  return join(folder, "src");
}
