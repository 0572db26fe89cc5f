import { parseArgs } from "node:util";
import { chosen, oddNumber } from "../support/option-values.ts";
import { CONTENDER_NAMES, type ContenderName } from "./contenders.ts";

export const QUESTIONS = ["steady", "half"] as const;
export type Question = (typeof QUESTIONS)[number];

export interface Options {
  readonly only: readonly Question[];
  readonly contenders: readonly ContenderName[];
  /** How often each contender is measured. */
  readonly rounds: number;
  /** How long each time, in seconds. */
  readonly seconds: number;
  /** Writes the tables into docs/performance.md too. */
  readonly markdown: boolean;
}

const FULL = { rounds: "5", seconds: "5" };
const QUICK = { rounds: "1", seconds: "2" };

/** Reads the command line; throws an error that tells what is accepted. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      contenders: { type: "string" },
      rounds: { type: "string" },
      seconds: { type: "string" },
      quick: { type: "boolean", default: false },
      markdown: { type: "boolean", default: false },
    },
  });
  const usual = values.quick ? QUICK : FULL;
  return {
    only: chosen("only", values.only, QUESTIONS),
    contenders: chosen("contenders", values.contenders, CONTENDER_NAMES),
    rounds: oddNumber("rounds", values.rounds ?? usual.rounds),
    seconds: positive("seconds", values.seconds ?? usual.seconds),
    markdown: values.markdown,
  };
}

function positive(flag: string, given: string): number {
  const number = Number(given);
  if (number > 0 && number < Infinity) return number;
  throw new RangeError(`Cannot use "--${flag} ${given}": it is no number above zero`);
}
