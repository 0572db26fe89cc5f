import { parseArgs } from "node:util";
import { RUNTIME_NAMES, type RuntimeName } from "../support/lacquer.ts";
import { chosen, oddNumber } from "../support/option-values.ts";

export interface Options {
  /** Points of the list that are measured. */
  readonly points: readonly number[];
  readonly runtimes: readonly RuntimeName[];
  readonly withPeers: boolean;
  /** How often everything is played. */
  readonly rounds: number;
  /** Writes the table into docs/coalescing.md too. */
  readonly markdown: boolean;
}

const POINTS = [1, 2, 3, 4, 5, 6, 7, 8];

/** Reads the command line; throws a `RangeError` that tells what is accepted. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      peers: { type: "string", default: "on" },
      runtimes: { type: "string" },
      rounds: { type: "string", default: "1" },
      markdown: { type: "boolean", default: false },
    },
  });
  return {
    points: chosen("only", values.only, POINTS.map(String)).map(Number),
    runtimes: chosen("runtimes", values.runtimes, RUNTIME_NAMES),
    withPeers: chosen("peers", values.peers, ["on", "off"]).includes("on"),
    rounds: oddNumber("rounds", values.rounds),
    markdown: values.markdown,
  };
}
