import type { Benchmark } from "../benchmark.ts";
import { FLOOR } from "./floor.ts";
import { FORWARDED } from "./forwarded.ts";
import { HITS } from "./hits.ts";
import { RULES } from "./rules.ts";
import { STORE_SIZE } from "./store-size.ts";

/** In the order of the table. Those that fill the memory of the process come last. */
export const GROUPS: readonly (readonly Benchmark[])[] = [FLOOR, HITS, FORWARDED, RULES, STORE_SIZE];

export const BENCHMARKS: readonly Benchmark[] = GROUPS.flat();
