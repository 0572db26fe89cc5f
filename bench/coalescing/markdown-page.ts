import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";

const PAGE = "docs/coalescing.md";
const BEGIN = "<!-- measured -->";
const END = "<!-- /measured -->";

/** Puts `text` between the markers of docs/coalescing.md. Gives what was done, or why nothing was. */
export async function writeMeasured(text: string): Promise<string> {
  const page = await readFile(PAGE, "utf8").catch(() => undefined);
  if (page === undefined) return `${PAGE} is not written: there is no such file`;
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END, begin);
  if (begin < 0 || end < 0) return `${PAGE} is not written: it lacks "${BEGIN}" or "${END}"`;
  await writeFile(PAGE, `${page.slice(0, begin + BEGIN.length)}\n\n${text}\n\n${page.slice(end)}`);
  await promisify(execFile)("deno", ["fmt", "--quiet", PAGE]);
  return `${PAGE} is written`;
}
