import { RUNTIME_TITLES, type RuntimeName } from "../support/lacquer.ts";
import type { Findings } from "./findings.ts";
import { FEW, hitName, MANY } from "./store-names.ts";
import { microseconds } from "./table.ts";

/** What one memory hit of `engine.handle()` may take at most, in the middle. */
const HIT_NAME = "hit 10 KB";
const HIT_LIMIT_NS: Readonly<Record<RuntimeName, number>> = { bun: 3000, deno: 5000, node: 5000 };

/** From 10^3 to 10^6 keys. */
const GROWTH_LIMIT = 1.2;

export interface Judgement {
  readonly text: string;
  readonly isMet: boolean;
}

/** How the working tree stands to the bounds of the hit path. What was not measured is not met. */
export function judge(findings: Findings, runtimes: readonly RuntimeName[]): readonly Judgement[] {
  return runtimes.flatMap((runtime) => [judgeHit(findings, runtime), judgeGrowth(findings, runtime)]);
}

function judgeHit(findings: Findings, runtime: RuntimeName): Judgement {
  const taken = findings.timing("ours", runtime, HIT_NAME)?.medianNs;
  const limit = HIT_LIMIT_NS[runtime];
  return {
    text: `${RUNTIME_TITLES[runtime]}: a hit takes ${microseconds(taken)} µs (at most ${microseconds(limit)})`,
    isMet: taken !== undefined && taken <= limit,
  };
}

function judgeGrowth(findings: Findings, runtime: RuntimeName): Judgement {
  const few = findings.timing("ours", runtime, hitName({ count: FEW, askedFor: FEW }))?.medianNs;
  const many = findings.timing("ours", runtime, hitName({ count: MANY, askedFor: FEW }))?.medianNs;
  const growth = few === undefined || many === undefined ? undefined : many / few;
  const told = growth === undefined ? "–" : `${growth.toFixed(2)} ×`;
  return {
    text: `${
      RUNTIME_TITLES[runtime]
    }: a hit among 10^6 keys takes ${told} of one among 10^3 (at most ${GROWTH_LIMIT} ×)`,
    isMet: growth !== undefined && growth <= GROWTH_LIMIT,
  };
}
