import { RUNTIME_NAMES, type RuntimeName } from "../support/lacquer.ts";
import { chosen, oddNumber, parsedOptions } from "../support/option-values.ts";

export const QUESTIONS = ["cost", "reclaim", "storm"] as const;
export type Question = (typeof QUESTIONS)[number];

export interface Options {
  readonly runtimes: readonly RuntimeName[];
  readonly only: readonly Question[];
  /** How often the latency of hits is measured; the middle one counts. */
  readonly rounds: number;
  readonly effort: Effort;
  /** Whether a missed bound is a failure. */
  readonly check: boolean;
  /** Writes the tables into docs/purging.md too. */
  readonly markdown: boolean;
}

/** How much is measured. */
export interface Effort {
  /** Numbers of stored responses between which the cost of a purge is compared, the smallest first. */
  readonly sizes: readonly number[];
  /** How many are stored when their memory is to be given back. */
  readonly stored: number;
  /** How long a storm of purges lasts. */
  readonly stormSeconds: number;
}

const FULL: Effort = { sizes: [10 ** 3, 10 ** 4, 10 ** 5, 10 ** 6], stored: 10 ** 6, stormSeconds: 10 };
const QUICK: Effort = { sizes: [10 ** 3, 10 ** 5], stored: 10 ** 5, stormSeconds: 3 };

const OPTIONS = {
  runtimes: { type: "string" },
  only: { type: "string" },
  rounds: { type: "string" },
  quick: { type: "boolean", default: false },
  check: { type: "boolean", default: false },
  markdown: { type: "boolean", default: false },
} as const;

/** Reads the command line; throws a `RangeError` that tells what is accepted. */
export function readOptions(args: readonly string[]): Options {
  const { runtimes, only, rounds, quick, check, markdown } = parsedOptions(args, OPTIONS);
  return {
    runtimes: chosen("runtimes", runtimes, RUNTIME_NAMES),
    only: chosen("only", only, QUESTIONS),
    rounds: oddNumber("rounds", rounds ?? (quick ? "1" : "3")),
    effort: quick ? QUICK : FULL,
    check,
    markdown,
  };
}
