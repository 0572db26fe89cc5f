import { parseArgs } from "node:util";
import { LACQUERS } from "../speed/contender.ts";
import { chosen, oddNumber, wholeNumber } from "../support/option-values.ts";
import { AXIS_NAMES, type AxisName } from "./axes.ts";

/** Those that are drawn. More lines could not be told apart. */
export const GROWTH_CONTENDERS = ["nginx", "varnish", ...LACQUERS] as const;

export interface Options {
  readonly axes: readonly AxisName[];
  readonly contenders: readonly (typeof GROWTH_CONTENDERS[number])[];
  readonly rounds: number;
  readonly seconds: number;
  /** More keys than this are not stored. */
  readonly mostKeys: number;
  /** Draws docs/growth.svg too. */
  readonly svg: boolean;
  /** Where the raw figures are written. */
  readonly json: string | undefined;
  /** Raw figures that are shown again instead of measuring. */
  readonly from: string | undefined;
}

/** Reads the command line; throws an error that tells what is accepted. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      contenders: { type: "string" },
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "2" },
      "most-keys": { type: "string", default: "1000000" },
      svg: { type: "boolean", default: false },
      json: { type: "string" },
      from: { type: "string" },
    },
  });
  const { svg, json, from } = values;
  return {
    axes: chosen("only", values.only, AXIS_NAMES),
    contenders: chosen("contenders", values.contenders, GROWTH_CONTENDERS),
    rounds: oddNumber("rounds", values.rounds),
    seconds: wholeNumber("seconds", values.seconds),
    mostKeys: wholeNumber("most-keys", values["most-keys"]),
    ...{ svg, json, from },
  };
}
