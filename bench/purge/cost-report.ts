import type { Milliseconds } from "../../src/time/clock.ts";
import type { Answer, Verdict } from "../pace/answer.ts";
import { RUNTIME_NAMES, RUNTIME_TITLES, type RuntimeName } from "../support/lacquer.ts";
import { COST_KINDS, type CostFinding } from "./message.ts";

/** From the smallest store to the largest. What is stored is not looked at, but it is in the way of the processor's. */
const GROWTH_BOUND = 2;

/** Growth of less than this is not growth, but what a clock and a processor do. */
const NOISE: Milliseconds = 0.02;

/** One line for each runtime and kind of purge, a column for each number of stored responses. */
export function renderCost(findings: readonly CostFinding[]): Answer {
  const sizes = [...new Set(findings.map(({ stored }) => stored))].sort((a, b) => a - b);
  const known = RUNTIME_NAMES.filter((runtime) => findings.some((finding) => finding.runtime === runtime));
  const line = (runtime: RuntimeName, what: string, told: (finding: CostFinding) => string) => {
    const cells = sizes.map((size) => {
      const finding = findings.find((one) => one.runtime === runtime && one.stored === size);
      return finding === undefined ? "" : told(finding);
    });
    return [`${RUNTIME_TITLES[runtime]}, ${what}`, ...cells];
  };
  const body = known.flatMap((runtime) => [
    ...COST_KINDS.map((kind) =>
      line(runtime, kind, ({ kinds }) => `${micros(kinds[kind].median)} (${micros(kinds[kind].worst)})`)
    ),
    line(runtime, "the common tag", ({ commonTag }) => micros(commonTag)),
    line(runtime, "all", ({ all }) => micros(all)),
  ]);
  return {
    caption: "From the call of `engine.purge()` until its promise resolves, in microseconds, by the number of stored " +
      "responses: the median of 100 purges that cover nothing, and the worst of them; and a single purge of the tag " +
      "that all have, and of everything",
    table: [["µs", ...sizes.map((size) => size.toLocaleString("en"))], ...body],
    verdicts: known.map((runtime) => judgeGrowth(runtime, findings.filter((one) => one.runtime === runtime))),
  };
}

/** Whether purges of no kind cost more with much stored than with little. */
function judgeGrowth(runtime: RuntimeName, findings: readonly CostFinding[]): Verdict {
  const [smallest, ...larger] = findings.toSorted((a, b) => a.stored - b.stored);
  const largest = larger.at(-1) ?? smallest;
  const growths = COST_KINDS.map((kind) => {
    const [less, more] = [smallest!.kinds[kind].median, largest!.kinds[kind].median];
    return { kind, ratio: more / less, isHeld: more <= less * GROWTH_BOUND || more - less <= NOISE };
  });
  const most = growths.reduce((one, other) => other.ratio > one.ratio ? other : one);
  return {
    isHeld: growths.every(({ isHeld }) => isHeld),
    text: `${RUNTIME_TITLES[runtime]}: a purge with ${largest!.stored.toLocaleString("en")} stored takes at most ` +
      `${most.ratio.toFixed(2)} × (${most.kind}) of what it takes with ${smallest!.stored.toLocaleString("en")}, ` +
      `bound ${GROWTH_BOUND}, or ${micros(NOISE)} µs more`,
  };
}

function micros(time: Milliseconds): string {
  const value = time * 1000;
  return value.toFixed(value < 10 ? 1 : 0);
}
