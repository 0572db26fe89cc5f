// Writes the generated pages anew: `npm run docs`.
import { writeFile } from "node:fs/promises";
import { GENERATED_PAGES } from "./generated-pages.ts";

for (const { path, render } of GENERATED_PAGES) {
  await writeFile(path, await render());
  process.stdout.write(`${path}\n`);
}
