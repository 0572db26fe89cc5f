import { describeViolation } from "./judge.ts";
import { WRITE_KINDS } from "./plan.ts";
import type { Run } from "./run.ts";

/** With fewer hits than this a run proves nothing: what was purged might just not have been stored. */
export const LEAST_HITS = 0.2;

/** The share of answers that came from what was stored. */
export function hitShare({ counts: { hits, requests } }: Run): number {
  return requests === 0 ? 0 : hits / requests;
}

/** Why a run does not count as passed: each reason in a line or more. None when it does. */
export function shortcomings(run: Run): readonly string[] {
  const share = hitShare(run);
  const few = `only ${percent(share)} of the answers were hits, which proves nothing: ${
    percent(LEAST_HITS)
  } are needed`;
  return [
    ...run.violations.map((violation) => describeViolation(violation, run.seed)),
    ...more("violations", run.counts.violations - run.violations.length),
    ...run.faults.map((fault) => `Fault: seed ${run.seed}: ${fault}`),
    ...more("faults", run.faultCount - run.faults.length),
    ...(share < LEAST_HITS ? [`Fault: seed ${run.seed}: ${few}`] : []),
  ];
}

/** What happened in a run, in one line. */
export function summary(run: Run): string {
  const { counts, origin } = run;
  const purges = WRITE_KINDS.map((kind) => `${kind} ${counts.acknowledged[kind]}`).join(", ");
  return [
    `seed ${run.seed}`,
    `${counts.requests} requests`,
    `${counts.hits} hits (${percent(hitShare(run))})`,
    `${counts.collapsed} coalesced`,
    `${counts.left} left`,
    `${origin.counts.notModified} 304s`,
    `${origin.counts.ranges} ranges of the origin`,
    `purges: ${purges}, refused ${counts.refused}`,
    `${run.kills} kills`,
    `${counts.violations} violations`,
    ...(run.faultCount > 0 ? [`${run.faultCount} faults`] : []),
  ].join("; ");
}

function more(what: string, count: number): readonly string[] {
  return count > 0 ? [`and ${count} more ${what}`] : [];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
