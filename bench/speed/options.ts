import { parseArgs } from "node:util";
import { chosen, oddNumber, wholeNumber } from "../support/option-values.ts";
import { CONTENDER_NAMES, type ContenderName } from "./contender.ts";

export interface Options {
  readonly scenarios: readonly string[];
  readonly contenders: readonly ContenderName[];
  readonly rounds: number;
  /** Of one measurement. */
  readonly seconds: number;
  /** For how long what has to be compiled is asked before it is measured, in seconds. */
  readonly practice: number;
  /** Writes the tables into docs/performance.md too. */
  readonly markdown: boolean;
  /** Draws docs/performance.svg too. */
  readonly svg: boolean;
  /** Ends with an exit code when a bound is missed. */
  readonly bounds: boolean;
  /** Where the raw figures are written. */
  readonly json: string | undefined;
  /** Raw figures that are shown again instead of measuring. */
  readonly from: string | undefined;
}

/** Scenarios there are, and which of them a quick run has. */
export interface Choice {
  readonly all: readonly string[];
  readonly quick: readonly string[];
}

const FULL = { rounds: "5", seconds: "3", practice: "10" };
const QUICK = { rounds: "3", seconds: "1", practice: "2" };

/** Reads the command line; throws an error that tells what is accepted. */
export function readOptions(args: readonly string[], choice: Choice): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      contenders: { type: "string" },
      rounds: { type: "string" },
      seconds: { type: "string" },
      practice: { type: "string" },
      quick: { type: "boolean", default: false },
      markdown: { type: "boolean", default: false },
      svg: { type: "boolean", default: false },
      bounds: { type: "boolean", default: false },
      json: { type: "string" },
      from: { type: "string" },
    },
  });
  const defaults = values.quick ? QUICK : FULL;
  const { markdown, svg, bounds, json, from } = values;
  return {
    scenarios: values.only === undefined && values.quick ? choice.quick : chosen("only", values.only, choice.all),
    contenders: chosen("contenders", values.contenders, CONTENDER_NAMES),
    rounds: oddNumber("rounds", values.rounds ?? defaults.rounds),
    seconds: wholeNumber("seconds", values.seconds ?? defaults.seconds),
    practice: wholeNumber("practice", values.practice ?? defaults.practice),
    ...{ markdown, svg, bounds, json, from },
  };
}
