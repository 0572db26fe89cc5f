/**
 * What concurrent requests for one key cost, in time and in requests to the origin: nginx, Varnish and Lacquer on each
 * runtime side by side. Run it with `npm run bench:coalescing`; it takes some minutes on a machine that does nothing
 * else, and needs nginx, varnishd and taskset (Debian: `apt-get install nginx varnish util-linux`).
 *
 *     --only 1,4           only these points of the list
 *     --runtimes bun,node  Lacquer on these runtimes only
 *     --peers off          Lacquer only
 *     --rounds 3           plays everything so often, and takes the middle round of each row
 *     --markdown           writes the table into docs/coalescing.md too
 *
 * The exit code is 1 when Lacquer misses a bound.
 */
import { type Contender, contendersOf } from "./coalescing/contenders.ts";
import { type Options, readOptions } from "./coalescing/options.ts";
import { OriginHandle } from "./coalescing/origin-handle.ts";
import { HEADERS_AFTER_MS } from "./coalescing/plan.ts";
import { playRounds, practise } from "./coalescing/play.ts";
import { misses, renderMarkdown, renderText, type Results } from "./coalescing/report.ts";
import type { Outcome } from "./coalescing/scenario.ts";
import { SCENARIOS } from "./coalescing/scenarios/all.ts";
import { describeMachine } from "./support/machine.ts";
import { writeMeasured } from "./support/markdown-page.ts";
import { Workplace } from "./support/workplace.ts";

const options = optionsOrExit();
const scenarios = SCENARIOS.filter(({ point }) => options.points.includes(point));
const contenders = contendersOf(options.runtimes, options.withPeers);
const results = await measure();
const machine = [
  ...await describeMachine(["nginx", "varnishd", "bun", "deno", "node"]),
  `The origin answers header fields after ${HEADERS_AFTER_MS} ms`,
];
process.stdout.write(`${machine.join("\n")}\n\n${renderText(results)}\n`);
const missed = misses(results);
if (missed.length > 0) process.stdout.write(`\nBounds missed (!):\n${missed.join("\n")}\n`);
if (options.markdown) {
  const text = `${renderMarkdown(results)}\n\n${machine.join(". ")}. \`!\` marks a bound that is missed.`;
  process.stdout.write(`\n${await writeMeasured("docs/coalescing.md", "measured", text)}\n`);
}
process.exitCode = missed.length > 0 ? 1 : 0;

function optionsOrExit(): Options {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return process.exit(2);
  }
}

async function measure(): Promise<Results> {
  const outcomes = new Map<string, Outcome>();
  const workplace = await Workplace.open();
  try {
    const origin = await OriginHandle.start(workplace);
    await practise(origin);
    for (const scenario of scenarios) {
      for (const contender of contenders) {
        const played = await playRounds(scenario, contender, { workplace, origin, rounds: options.rounds });
        scenario.rows.forEach((row, index) => outcomes.set(place(row.id, contender), played[index]!));
      }
    }
  } finally {
    await workplace.close();
  }
  return {
    rows: scenarios.flatMap(({ rows }) => rows),
    contenders,
    outcome: (row, contender) => outcomes.get(place(row.id, contender)),
  };
}

function place(row: string, { title }: Contender): string {
  return `${row} ${title}`;
}
