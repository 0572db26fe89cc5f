/**
 * Looks for a purge that was acknowledged and is not kept: readers, writers, origin and admin are one process, so that
 * one clock orders all that happens, and the cache between them is a process of its own. A reader that gets a version
 * older than one whose purge was acknowledged before the reader asked has found a violation.
 * Run it with `npm run check:purge`; docs/purging.md tells what it proves.
 *
 *     --runtime bun       this one only; may be repeated: bun, deno, node, varnish
 *     --seconds 60        how long each run takes
 *     --seeds 20          so many runs, each with its own seed, from --seed 1 on
 *     --readers 8 --writers 4 --keys 50
 *     --kill              kills the cache every 3 s and starts it again; its purges are in a folder of its own
 *     --parallel 1        so many runs at the same time
 *
 * The same seed gives the same plan: the same steps of each reader and writer, the same delays of the origin. How they
 * fall between each other is not the same twice.
 *
 * The exit code is 1 when anything was found. With Varnish (`apt-get install varnish`) it is the other way round: it
 * is 1 when nothing was found, since a checker that finds nothing where there is something proves nothing.
 */
import { check } from "./purge-check/check.ts";
import { type Contender, starterOf } from "./purge-check/contenders.ts";
import { readOptions } from "./purge-check/options.ts";
import { shortcomings, summary } from "./purge-check/report.ts";
import type { Run } from "./purge-check/run.ts";
import { orExit } from "./support/option-values.ts";
import { Workplace } from "./support/workplace.ts";

const KILL_EVERY_SECONDS = 3;

const options = orExit(() => readOptions(process.argv.slice(2)));
const workplace = await Workplace.open();
let isFine = true;
try {
  for (const contender of options.contenders) {
    const isGood = contender === "varnish" ? await testItself() : await checkAll(contender);
    isFine &&= isGood;
  }
} finally {
  await workplace.close();
}
process.exitCode = isFine ? 0 : 1;

/** Whether nothing was found in any run. */
async function checkAll(contender: Contender): Promise<boolean> {
  const seeds = options.seeds.values();
  let found = 0;
  const takeSeeds = async () => {
    for (const seed of seeds) {
      const run = await play(contender, seed);
      if (!report(contender, run)) found++;
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, takeSeeds));
  write(`${contender}: ${options.seeds.length} runs, ${found === 0 ? "nothing found" : `something found in ${found}`}`);
  return found === 0;
}

/** Whether a violation was found where there is one. */
async function testItself(): Promise<boolean> {
  for (const seed of options.seeds) {
    const run = await play("varnish", seed);
    report("varnish", run);
    if (run.counts.violations === 0) continue;
    write("varnish: the checker found what Varnish is known for, as it should");
    return true;
  }
  write("varnish: the checker found no violation, though Varnish is known for them: it is not to be believed");
  return false;
}

function play(contender: Contender, seed: number): Promise<Run> {
  const { seconds, readers, writers, keys, kill } = options;
  const killEvery = kill ? KILL_EVERY_SECONDS : undefined;
  const untilViolation = contender === "varnish";
  const starter = starterOf(contender, workplace, kill);
  return check({ seed, seconds, readers, writers, keys, killEvery, untilViolation }, starter);
}

/** Prints a run; whether nothing was found. */
function report(contender: Contender, run: Run): boolean {
  const found = shortcomings(run);
  write([`${contender}: ${summary(run)}`, ...found].join("\n"));
  return found.length === 0;
}

function write(text: string): void {
  process.stdout.write(`${text}\n`);
}
