import type { Scenario } from "../scenario.ts";
import { connections, hit } from "./hit.ts";
import { KEYS_MILLION } from "./keys.ts";
import { LOG } from "./log.ts";
import { MISS } from "./miss.ts";
import { MIXED } from "./mixed.ts";
import { NOT_MODIFIED } from "./not-modified.ts";
import { PASS } from "./pass.ts";
import { RANGE } from "./range.ts";
import { VARY } from "./vary.ts";

/** In the order of the tables. */
export const SCENARIOS: readonly Scenario[] = [
  hit("1k"),
  hit("10k"),
  hit("100k"),
  hit("1m"),
  connections(1),
  connections(512),
  VARY,
  NOT_MODIFIED,
  RANGE,
  KEYS_MILLION,
  PASS,
  MISS,
  MIXED,
  LOG,
];

/** Those of a quick run. */
export const QUICK_NAMES: readonly string[] = ["hit-10k", "pass", "miss"];
