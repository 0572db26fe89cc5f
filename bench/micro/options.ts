import { RUNTIME_NAMES, type RuntimeName } from "../support/lacquer.ts";
import { chosen, oddNumber, parsedOptions } from "../support/option-values.ts";
import type { Effort } from "./sampling.ts";
import { needsMany } from "./store-names.ts";

export interface Options {
  readonly runtimes: readonly RuntimeName[];
  /** Names of the benchmarks that are run. */
  readonly names: readonly string[];
  /** The commit that is measured beside the working tree; the last tag by default. */
  readonly against: string | undefined;
  readonly check: boolean;
  readonly quick: boolean;
  readonly rounds: number;
  readonly effort: Effort;
}

const FULL: Effort = { warmUpMs: 200, measureMs: 400 };
const QUICK: Effort = { warmUpMs: 60, measureMs: 40 };

const OPTIONS = {
  runtimes: { type: "string" },
  only: { type: "string" },
  against: { type: "string" },
  rounds: { type: "string" },
  check: { type: "boolean", default: false },
  quick: { type: "boolean", default: false },
} as const;

/** Reads the command line; throws a `RangeError` that tells what is accepted. */
export function readOptions(args: readonly string[], known: readonly string[]): Options {
  const { runtimes, only, against, rounds, check, quick } = parsedOptions(args, OPTIONS);
  if (check && only !== undefined) {
    throw new RangeError('Cannot use "--check" with "--only": what is left out cannot be judged');
  }
  return {
    runtimes: chosen("runtimes", runtimes, RUNTIME_NAMES),
    names: only === undefined ? known.filter((name) => !quick || check || !needsMany(name)) : containing(only, known),
    against,
    check,
    quick,
    rounds: oddNumber("rounds", rounds ?? (quick ? "1" : "3")),
    effort: quick ? QUICK : FULL,
  };
}

/** Benchmarks whose name has `text` in it, in whatever case. */
function containing(text: string, known: readonly string[]): readonly string[] {
  const names = known.filter((name) => name.toLowerCase().includes(text.toLowerCase()));
  if (names.length > 0) return names;
  throw new RangeError(`Cannot use "--only ${text}": it is in none of ${known.map((name) => `"${name}"`).join(", ")}`);
}
