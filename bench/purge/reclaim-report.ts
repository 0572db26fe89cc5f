import type { Milliseconds } from "../../src/time/clock.ts";
import type { Answer, Verdict } from "../pace/answer.ts";
import { micros } from "../pace/cells.ts";
import type { PaceReport } from "../pace/pace-order.ts";
import { RUNTIME_TITLES } from "../support/lacquer.ts";
import { median } from "../support/median.ts";
import type { Table } from "../support/table.ts";
import type { AloneFinding } from "./message.ts";

/** How hits fare while memory is given back. */
export interface ServedFinding {
  /** Requests per second. */
  readonly rate: number;
  readonly before: PaceReport;
  readonly during: PaceReport;
  /** Until the purge was acknowledged. */
  readonly acknowledged: Milliseconds;
  /** The share of the second measurement in which memory was being given back. */
  readonly covered: number;
}

export interface ReclaimFinding {
  readonly alone: AloneFinding;
  /** Of several rounds. */
  readonly served: readonly ServedFinding[];
}

const ACKNOWLEDGED_BOUND: Milliseconds = 5;
const BLOCK_BOUND: Milliseconds = 20;
const LATENCY_BOUND = 2;

/** A measurement says nothing of reclaiming unless that went on for most of it. */
const COVERED_BOUND = 0.9;

const HEAD = [
  "reclaim",
  "acknowledged, ms",
  "loop blocked at most, ms",
  "before, ms",
  "given back after, s",
  "share of the time",
  "hits/s",
  "p99 before, µs",
  "p99 meanwhile, µs",
  "ratio",
  "generator late, p99",
];

/** One line for each runtime. */
export function renderReclaim(findings: readonly ReclaimFinding[]): Answer {
  const stored = findings[0]?.alone.stored.toLocaleString("en") ?? "0";
  return {
    caption: `${stored} stored responses are purged by the tag that all have. Left: with nothing else to do, and how ` +
      "long the loop is blocked before anything is purged. Right: hits of 10 KB that are not purged, at a quarter of " +
      "the most that the same process answers",
    table: tableOf(findings),
    verdicts: findings.flatMap(judge),
  };
}

function tableOf(findings: readonly ReclaimFinding[]): Table {
  const body = findings.map(({ alone, served }) => {
    const middle = (told: (one: ServedFinding) => number) => median(served.map(told));
    return [
      RUNTIME_TITLES[alone.runtime],
      acknowledgedOf({ alone, served }).toFixed(2),
      alone.longestBlock.toFixed(1),
      alone.longestBefore.toFixed(1),
      (alone.took / 1000).toFixed(1),
      `${(alone.busy / alone.took * 100).toFixed(0)} %`,
      middle(({ rate }) => rate).toFixed(0),
      micros(middle(({ before }) => before.latency.p99)),
      micros(middle(({ during }) => during.latency.p99)),
      middle(ratioOf).toFixed(2),
      micros(middle(({ during }) => during.lateness.p99)),
    ];
  });
  return [HEAD, ...body];
}

function judge(finding: ReclaimFinding): readonly Verdict[] {
  const { alone, served } = finding;
  const title = RUNTIME_TITLES[alone.runtime];
  const ratio = median(served.map(ratioOf));
  const covered = Math.min(...served.map((one) => one.covered));
  const acknowledged = acknowledgedOf(finding);
  return [
    {
      isHeld: acknowledged <= ACKNOWLEDGED_BOUND,
      text: `${title}: acknowledged after ${acknowledged.toFixed(2)} ms, bound ${ACKNOWLEDGED_BOUND} ms`,
    },
    {
      isHeld: alone.longestBlock <= BLOCK_BOUND,
      text: `${title}: the loop is blocked for at most ${alone.longestBlock.toFixed(1)} ms (a slice of reclaiming ` +
        `takes at most ${alone.longestSlice.toFixed(1)} ms), bound ${BLOCK_BOUND} ms`,
    },
    {
      isHeld: ratio <= LATENCY_BOUND && covered >= COVERED_BOUND,
      text: `${title}: p99 of hits meanwhile ${ratio.toFixed(2)} × that before, bound ${LATENCY_BOUND}; reclaiming ` +
        `went on for ${(covered * 100).toFixed(0)} % of the time that was measured`,
    },
  ];
}

/** The worst of all. */
function acknowledgedOf({ alone, served }: ReclaimFinding): Milliseconds {
  return Math.max(alone.acknowledged, ...served.map((one) => one.acknowledged));
}

function ratioOf({ before, during }: ServedFinding): number {
  return during.latency.p99 / before.latency.p99;
}
