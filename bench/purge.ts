/**
 * What purging costs, on Bun, Deno and Node: what a purge takes beside how much is stored, what it takes to give the
 * memory back, and what very many purges do to a proxy. What is measured has the first core, and who asks the second.
 * Run it with `npm run bench:purge`; it takes about a quarter of an hour on a machine that does nothing else, and needs
 * Linux, 8 GB of memory, wrk and taskset (Debian: `apt-get install wrk util-linux`).
 *
 *     --runtimes bun,node  on these runtimes only
 *     --only cost,reclaim  only these questions: cost, reclaim, storm
 *     --rounds 3           how often hits are measured while memory is given back; the middle one counts
 *     --quick              a tenth of the stored responses, one round, storms of 3 s
 *     --check              the exit code is 1 when a bound is missed
 *     --markdown           writes the tables into docs/purging.md too
 */
import { type Answer, verdictLine } from "./pace/answer.ts";
import { answerCost } from "./purge/cost.ts";
import { readOptions } from "./purge/options.ts";
import { answerReclaim } from "./purge/reclaim.ts";
import { answerStorm } from "./purge/storm.ts";
import { describeMachine } from "./support/machine.ts";
import { writeMeasured } from "./support/markdown-page.ts";
import { orExit } from "./support/option-values.ts";
import { markdownTable, textTable } from "./support/table.ts";
import { Workplace } from "./support/workplace.ts";

const ASK = { cost: answerCost, reclaim: answerReclaim, storm: answerStorm };

const options = orExit(() => readOptions(process.argv.slice(2)));
const machine = await describeMachine("what is measured on the first core, who asks on the second", options.runtimes);
process.stdout.write(`${machine.join("\n")}\n`);
const answers = await measure();
if (options.markdown) {
  const text = [...answers.map(markdownOf), `${machine.join(". ")}.`].join("\n\n");
  process.stdout.write(`\n${await writeMeasured("docs/purging.md", text)}\n`);
}
const isHeld = answers.every(({ verdicts }) => verdicts.every((verdict) => verdict.isHeld));
process.exitCode = options.check && !isHeld ? 1 : 0;

async function measure(): Promise<readonly Answer[]> {
  const workplace = await Workplace.open();
  try {
    const answers: Answer[] = [];
    for (const question of options.only) {
      const answer = await ASK[question](workplace, options);
      answers.push(answer);
      process.stdout.write(`\n${textOf(answer)}\n`);
    }
    return answers;
  } finally {
    await workplace.close();
  }
}

function textOf({ caption, table, verdicts }: Answer): string {
  return [caption, textTable(table), ...verdicts.map(verdictLine)].join("\n");
}

function markdownOf({ caption, table, verdicts }: Answer): string {
  const list = verdicts.map((verdict) => `- ${verdictLine(verdict)}`).join("\n");
  return [`${caption}:`, markdownTable(table), list].join("\n\n");
}
