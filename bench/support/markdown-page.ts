import { readFile } from "node:fs/promises";
import { writeFormatted } from "./formatted-file.ts";

/**
 * Puts `text` into a Markdown page between `<!-- marker -->` and `<!-- /marker -->`. Gives what was done, or why nothing
 * was.
 */
export async function writeMeasured(page: string, text: string, marker = "measured"): Promise<string> {
  const [beginning, ending] = [`<!-- ${marker} -->`, `<!-- /${marker} -->`];
  const old = await readFile(page, "utf8").catch(() => undefined);
  if (old === undefined) return `${page} is not written: there is no such file`;
  const begin = old.indexOf(beginning);
  const end = old.indexOf(ending, begin);
  if (begin < 0 || end < 0) return `${page} is not written: it lacks "${beginning}" or "${ending}"`;
  await writeFormatted(page, `${old.slice(0, begin + beginning.length)}\n\n${text}\n\n${old.slice(end)}`);
  return `${page} is written`;
}
