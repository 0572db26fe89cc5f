/**
 * What becomes of requests per second as work grows: number of keys, of variants, of connections, size of bodies. Run it
 * with `npm run bench:growth`. It needs what `npm run bench` needs, and most of an hour.
 *
 *     --only keys,variants    only these of keys, variants, connections, size
 *     --contenders nginx,...  only these of nginx, varnish and lacquer-bun, lacquer-deno, lacquer-node
 *     --most-keys 100000      leaves out what stores more keys
 *     --rounds 3              how often each is measured, in turns; the middle one counts
 *     --seconds 2             how long each time
 *     --svg                   draws docs/growth.svg
 *     --json FILE             keeps the raw figures
 *     --from FILE             shows such figures again, instead of measuring
 */
import { readFile, writeFile } from "node:fs/promises";
import { AXES } from "./growth/axes.ts";
import { drawChart } from "./growth/chart.ts";
import { readOptions } from "./growth/options.ts";
import { renderText } from "./growth/report.ts";
import type { Figures } from "./speed/figures.ts";
import { playAll } from "./speed/play-all.ts";
import { writeFormatted } from "./support/formatted-file.ts";
import { orExit } from "./support/option-values.ts";

const PRACTICE_SECONDS = 5;

const options = orExit(() => readOptions(process.argv.slice(2)));
const axes = AXES.filter(({ name }) => options.axes.includes(name));
const points = axes.flatMap((axis) => {
  return axis.points.filter(({ value }) => axis.name !== "keys" || value <= options.mostKeys);
});
const figures = options.from === undefined
  ? await playAll(points.map(({ scenario }) => scenario), { ...options, practice: PRACTICE_SECONDS })
  : JSON.parse(await readFile(options.from, "utf8")) as Figures;
process.stdout.write(`${figures.machine.join("\n")}\n\n${renderText(figures, axes)}\n`);
if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(figures, undefined, 1)}\n`);
if (options.svg) await writeFormatted("docs/growth.svg", drawChart(figures, axes));
