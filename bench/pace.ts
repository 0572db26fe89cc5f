/**
 * Latency at a fixed rate (open loop), counted from the time each request was due, so that a stall counts for all
 * requests it holds up: nginx, Varnish, HAProxy, bare servers and Lacquer on each runtime side by side on one core, the
 * generator on the other. Run it with `npm run bench:pace`; it takes some minutes on a machine that does nothing else,
 * and needs Linux, nginx, varnishd, haproxy, wrk and taskset (Debian: `apt-get install nginx varnish haproxy wrk
 * util-linux`).
 *
 *     --only steady,half       only these questions
 *     --contenders socket,bun  only these contenders; they are named in bench/pace/contenders.ts
 *     --rounds 5               measures everything so often, interleaved, and takes the median
 *     --seconds 5              how long each time
 *     --quick                  one round of two seconds
 *     --markdown               writes the tables into docs/performance.md too
 *
 * The exit code is 1 when Lacquer misses a bound.
 */
import { type Answer, verdictLine } from "./pace/answer.ts";
import { Field } from "./pace/field.ts";
import { answerHalf } from "./pace/half.ts";
import { readOptions } from "./pace/options.ts";
import { answerSteady } from "./pace/steady.ts";
import { describeMachine } from "./support/machine.ts";
import { writeMeasured } from "./support/markdown-page.ts";
import { orExit } from "./support/option-values.ts";
import { markdownTable, textTable } from "./support/table.ts";

const ASK = { steady: answerSteady, half: answerHalf };
const LEGEND = "Times in microseconds, from when a request was due to the last byte of its response; medians of the " +
  "rounds. `~` marks a figure of which the generator, by its own account, is to blame for more than a tenth";

const options = orExit(() => readOptions(process.argv.slice(2)));
const answers = await measure();
const machine = [
  ...await describeMachine("every proxy on the first core", [
    "nginx",
    "varnishd",
    "haproxy",
    "wrk",
    "bun",
    "deno",
    "node",
  ]),
  LEGEND,
];
process.stdout.write(`${machine.join("\n")}\n`);
for (const { caption, table, verdicts } of answers) {
  process.stdout.write(`\n${[caption, textTable(table), ...verdicts.map(verdictLine)].join("\n")}\n`);
}
if (options.markdown) {
  const text = [...answers.map(markdownOf), `${machine.join(". ")}.`].join("\n\n");
  process.stdout.write(`\n${await writeMeasured("docs/performance.md", text, "measured-pace")}\n`);
}
process.exitCode = answers.every(({ verdicts }) => verdicts.every(({ isHeld }) => isHeld)) ? 0 : 1;

async function measure(): Promise<readonly Answer[]> {
  const field = await Field.start(options.contenders);
  try {
    const answers: Answer[] = [];
    for (const question of options.only) answers.push(await ASK[question](field, options));
    return answers;
  } finally {
    await field.close();
  }
}

function markdownOf({ caption, table, verdicts }: Answer): string {
  return [`${caption}:`, markdownTable(table), ...verdicts.map((verdict) => `- ${verdictLine(verdict)}`)].join("\n\n");
}
