import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";

const BEGIN = "<!-- measured -->";
const END = "<!-- /measured -->";

/** Puts `text` between the markers of a page. Gives what was done, or why nothing was. */
export async function writeMeasured(page: string, text: string): Promise<string> {
  const old = await readFile(page, "utf8").catch(() => undefined);
  if (old === undefined) return `${page} is not written: there is no such file`;
  const begin = old.indexOf(BEGIN);
  const end = old.indexOf(END, begin);
  if (begin < 0 || end < 0) return `${page} is not written: it lacks "${BEGIN}" or "${END}"`;
  await writeFile(page, `${old.slice(0, begin + BEGIN.length)}\n\n${text}\n\n${old.slice(end)}`);
  await promisify(execFile)("deno", ["fmt", "--quiet", page]);
  return `${page} is written`;
}
