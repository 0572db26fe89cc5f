/**
 * Requests per second and 99th percentiles of Lacquer on each runtime, beside nginx, Varnish, HAProxy and the bare
 * servers of the runtimes, all on one core. Run it with `npm run bench` on a machine that does nothing else. It needs
 * Debian's packages nginx, varnish, haproxy, wrk and util-linux.
 *
 *     --quick                 the most important scenarios in less than two minutes
 *     --only hit-10k,pass     only these scenarios
 *     --contenders nginx,...  only these contenders
 *     --rounds 5              how often each is measured, in turns; the middle one counts
 *     --seconds 3             how long each time
 *     --practice 10           how long what is in JavaScript is asked before
 *     --bounds                the exit code is 1 when a bound is missed
 *     --markdown, --svg       write docs/performance.md, docs/performance.svg
 *     --json FILE             keeps the raw figures
 *     --from FILE             shows such figures again, instead of measuring
 */
import { readFile, writeFile } from "node:fs/promises";
import { judge } from "./speed/bounds.ts";
import type { Figures } from "./speed/figures.ts";
import { renderMarkdown } from "./speed/markdown.ts";
import { readOptions } from "./speed/options.ts";
import { drawPicture } from "./speed/picture.ts";
import { playAll } from "./speed/play-all.ts";
import { renderText, renderVerdicts } from "./speed/report.ts";
import { QUICK_NAMES, SCENARIOS } from "./speed/scenarios/all.ts";
import { writeFormatted } from "./support/formatted-file.ts";
import { writeMeasured } from "./support/markdown-page.ts";
import { orExit } from "./support/option-values.ts";

const CHOICE = { all: SCENARIOS.map(({ name }) => name), quick: QUICK_NAMES };

const options = orExit(() => readOptions(process.argv.slice(2), CHOICE));
const figures = options.from === undefined
  ? await playAll(SCENARIOS.filter(({ name }) => options.scenarios.includes(name)), options)
  : JSON.parse(await readFile(options.from, "utf8")) as Figures;
const verdicts = judge(figures);
process.stdout.write(`${figures.machine.join("\n")}\n\n${renderText(figures)}\n`);
if (verdicts.length > 0) process.stdout.write(`\nBounds\n${renderVerdicts(verdicts)}\n`);
if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(figures, undefined, 1)}\n`);
if (options.svg) await writeFormatted("docs/performance.svg", drawPicture(figures));
if (options.markdown) {
  process.stdout.write(`\n${await writeMeasured("docs/performance.md", renderMarkdown(figures, verdicts))}\n`);
}
process.exitCode = options.bounds && verdicts.some(({ outcome }) => outcome !== "held") ? 1 : 0;
