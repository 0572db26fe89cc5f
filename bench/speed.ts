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
 *     --bounds                the exit code is 1 when a bound is missed
 *     --markdown, --svg       write docs/performance.md, docs/performance.svg
 *     --json FILE             keeps the raw figures
 *     --from FILE             shows such figures again, instead of measuring
 */
import { readFile, writeFile } from "node:fs/promises";
import { judge } from "./speed/bounds.ts";
import type { Figures } from "./speed/figures.ts";
import { renderMarkdown } from "./speed/markdown.ts";
import { type Options, readOptions } from "./speed/options.ts";
import { startOrigin } from "./speed/origin.ts";
import { drawPicture } from "./speed/picture.ts";
import { play, type Played } from "./speed/play.ts";
import { renderText, renderVerdicts } from "./speed/report.ts";
import { QUICK_NAMES, SCENARIOS } from "./speed/scenarios/all.ts";
import { describeMachine } from "./support/machine.ts";
import { writeMeasured } from "./support/markdown-page.ts";
import { Workplace } from "./support/workplace.ts";

const PLACEMENT = "every contender on the first core, wrk and the origin on the second";
const COMMANDS = ["nginx", "varnishd", "haproxy", "wrk", "bun", "deno", "node"];

const options = optionsOrExit();
const figures = options.from === undefined
  ? await measure()
  : JSON.parse(await readFile(options.from, "utf8")) as Figures;
const verdicts = judge(figures);
process.stdout.write(`${figures.machine.join("\n")}\n\n${renderText(figures)}\n`);
if (verdicts.length > 0) process.stdout.write(`\nBounds\n${renderVerdicts(verdicts)}\n`);
if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(figures, undefined, 1)}\n`);
if (options.svg) await writeFile("docs/performance.svg", drawPicture(figures));
if (options.markdown) {
  process.stdout.write(`\n${await writeMeasured("docs/performance.md", renderMarkdown(figures, verdicts))}\n`);
}
process.exitCode = options.bounds && verdicts.some(({ outcome }) => outcome !== "held") ? 1 : 0;

function optionsOrExit(): Options {
  try {
    return readOptions(process.argv.slice(2), { all: SCENARIOS.map(({ name }) => name), quick: QUICK_NAMES });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return process.exit(2);
  }
}

async function measure(): Promise<Figures> {
  const { rounds, seconds, contenders } = options;
  const scenarios = SCENARIOS.filter(({ name }) => options.scenarios.includes(name));
  const played: Played[] = [];
  const workplace = await Workplace.open({ inMemory: true });
  try {
    const originPort = await startOrigin(workplace);
    for (const scenario of scenarios) {
      played.push(await play(scenario, { workplace, originPort, contenders, rounds, seconds }));
    }
  } finally {
    await workplace.close();
  }
  return {
    machine: await describeMachine(PLACEMENT, COMMANDS),
    ...{ rounds, seconds },
    scenarios: scenarios.map(({ name, title }) => ({ name, title })),
    measured: played.flatMap(({ measured }) => measured),
    failed: played.flatMap(({ failed }) => failed),
  };
}
