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
import { writeFile } from "node:fs/promises";
import type { Figures } from "./speed/figures.ts";
import { type Options, readOptions } from "./speed/options.ts";
import { startOrigin } from "./speed/origin.ts";
import { play, type Played } from "./speed/play.ts";
import { renderText } from "./speed/report.ts";
import { QUICK_NAMES, SCENARIOS } from "./speed/scenarios/all.ts";
import { describeMachine } from "./support/machine.ts";
import { Workplace } from "./support/workplace.ts";

const PLACEMENT = "every contender on the first core, wrk and the origin on the second";
const COMMANDS = ["nginx", "varnishd", "haproxy", "wrk", "bun", "deno", "node"];

const options = optionsOrExit();
const figures = await measure();
process.stdout.write(`${figures.machine.join("\n")}\n\n${renderText(figures)}\n`);
if (options.json !== undefined) await writeFile(options.json, JSON.stringify(figures, undefined, 1));

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
