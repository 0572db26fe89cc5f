import type { Scenario } from "../scenario.ts";
import { hit } from "./hit.ts";
import { MISS } from "./miss.ts";
import { PASS } from "./pass.ts";

/** In the order of the tables. */
export const SCENARIOS: readonly Scenario[] = [
  hit("1k"),
  hit("10k"),
  hit("100k"),
  hit("1m"),
  PASS,
  MISS,
];

/** Those of a quick run. */
export const QUICK_NAMES: readonly string[] = ["hit-10k", "pass", "miss"];
