import { parseArgs } from "node:util";
import { RUNTIME_NAMES } from "../support/lacquer.ts";
import { wholeNumber } from "../support/option-values.ts";
import { type Contender, CONTENDERS } from "./contenders.ts";

export interface Options {
  readonly contenders: readonly Contender[];
  /** How long each run takes. */
  readonly seconds: number;
  readonly seeds: readonly number[];
  readonly readers: number;
  readonly writers: number;
  readonly keys: number;
  /** Kills the cache now and then, and starts it again. */
  readonly kill: boolean;
  /** Runs at the same time. */
  readonly parallel: number;
}

/** Reads the command line; throws an error that tells what is accepted. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runtime: { type: "string", multiple: true, default: [...RUNTIME_NAMES] },
      seconds: { type: "string", default: "60" },
      seeds: { type: "string", default: "20" },
      seed: { type: "string", default: "1" },
      readers: { type: "string", default: "8" },
      writers: { type: "string", default: "4" },
      keys: { type: "string", default: "50" },
      kill: { type: "boolean", default: false },
      parallel: { type: "string", default: "1" },
    },
  });
  const first = wholeNumber("seed", values.seed);
  const contenders = values.runtime.map(contender);
  if (values.kill && contenders.includes("varnish")) {
    throw new RangeError(`Cannot use "--kill" with "--runtime varnish": it keeps nothing on disk`);
  }
  return {
    contenders: [...new Set(contenders)],
    seconds: wholeNumber("seconds", values.seconds),
    seeds: Array.from({ length: wholeNumber("seeds", values.seeds) }, (_, index) => first + index),
    readers: wholeNumber("readers", values.readers),
    writers: wholeNumber("writers", values.writers),
    keys: wholeNumber("keys", values.keys),
    kill: values.kill,
    parallel: wholeNumber("parallel", values.parallel),
  };
}

function contender(given: string): Contender {
  const found = CONTENDERS.find((name) => name === given);
  if (found !== undefined) return found;
  throw new RangeError(`Cannot use "--runtime ${given}": it is none of ${CONTENDERS.join(", ")}`);
}
