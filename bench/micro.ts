/**
 * What the steps of the engine take by themselves on Bun, Deno and Node, beside the last tagged release. Each runtime
 * runs the same benchmarks in processes of its own on the first core; nothing goes over a socket. Run it with
 * `npm run bench:micro`; it takes some minutes on a machine that does nothing else, and needs git and taskset (Debian:
 * `apt-get install git util-linux`).
 *
 *     --runtimes bun,node  on these runtimes only
 *     --only NAME          only benchmarks whose name has this in it
 *     --against COMMIT     beside this commit, not the last tag
 *     --rounds 5           measures everything so often, and takes the middle round
 *     --quick              under half a minute, with less certainty: beside nothing unless --against is given, and a
 *                          store of 10^6 keys only for --check or --only
 *     --check              judges the bounds of a hit; the exit code is 1 when one is missed
 */
import { cpus } from "node:os";
import { judge } from "./micro/bounds.ts";
import { BENCHMARKS, GROUPS } from "./micro/cases/all.ts";
import { extractSource, lastTag } from "./micro/earlier-source.ts";
import { Findings, type Side } from "./micro/findings.ts";
import { measureApart } from "./micro/measuring-process.ts";
import type { Assignment } from "./micro/message.ts";
import { type Options, readOptions } from "./micro/options.ts";
import { renderSkipped, renderTable, shortName } from "./micro/table.ts";
import { RUNTIME_TITLES, type RuntimeName } from "./support/lacquer.ts";
import { exitWith, orExit } from "./support/option-values.ts";
import { Workplace } from "./support/workplace.ts";

const options = orExit(() => readOptions(process.argv.slice(2), BENCHMARKS.map(({ name }) => name)));
const against = options.against ?? (options.quick ? undefined : await lastTag());
const findings = new Findings();
await measureAll();
report();

async function measureAll(): Promise<void> {
  const workplace = await Workplace.open();
  try {
    const sources: [Side, string][] = [["ours", "src"]];
    if (against !== undefined) sources.push(["theirs", await extractSource(workplace, against)]);
    for (let round = 0; round < options.rounds; round++) {
      for (const runtime of options.runtimes) await measureTimes(workplace, sources, runtime);
    }
    for (const runtime of options.runtimes) {
      await measure(workplace, "ours", { runtime, source: "src", what: "allocation", names: options.names });
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    await workplace.close();
    exitWith(error);
  } finally {
    await workplace.close();
  }
}

/** A group of benchmarks on one side, then on the other: what slows the machine for a while slows both. */
async function measureTimes(
  workplace: Workplace,
  sources: readonly [Side, string][],
  runtime: RuntimeName,
): Promise<void> {
  const groups = GROUPS.map((group) => group.map(({ name }) => name).filter((name) => options.names.includes(name)));
  const parts = sources.length === 1 ? [options.names] : groups.filter((names) => names.length > 0);
  for (const names of parts) {
    for (const [side, source] of sources) await measure(workplace, side, { runtime, source, what: "time", names });
  }
}

async function measure(
  workplace: Workplace,
  side: Side,
  assignment: Omit<Assignment, keyof Options["effort"]>,
): Promise<void> {
  await measureApart(
    workplace,
    { ...assignment, ...options.effort },
    (message) => findings.add(side, assignment.runtime, message),
  );
}

function report(): void {
  const { names, runtimes, check } = options;
  const table = { names, runtimes, against };
  const versions = runtimes.map((runtime) => `${RUNTIME_TITLES[runtime]} ${findings.version(runtime)}`);
  print(`${cpus()[0]?.model.trim()}, one core; ${versions.join(", ")}`);
  if (against === undefined) {
    print(options.quick ? "Beside no other commit" : "Beside no other commit: there is no tag");
  }
  print(`\n${renderTable(findings, table)}\n`);
  const unmeasured = renderSkipped(findings, "theirs", table);
  if (unmeasured !== "") print(`Not measured over ${shortName(against ?? "")}:\n${unmeasured}\n`);
  const broken = renderSkipped(findings, "ours", table);
  if (broken !== "") print(`Cannot be measured:\n${broken}\n`);
  const judgements = check ? judge(findings, runtimes) : [];
  for (const { text, isMet } of judgements) print(`${isMet ? "met   " : "MISSED"}  ${text}`);
  process.exitCode = broken !== "" || judgements.some(({ isMet }) => !isMet) ? 1 : 0;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
