import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";

/** Writes a file of the repository in the form that its own check wants. */
export async function writeFormatted(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await promisify(execFile)("deno", ["fmt", "--quiet", path]);
}
