/**
 * Every way in which the oracle and we are known to differ; anything else fails the test. Later entries see what earlier
 * ones rewrote.
 */
import { CONFIRMATION } from "./confirmation-differences.ts";
import { REUSE } from "./reuse-differences.ts";
import { RULES } from "./rule-differences.ts";
import { SPELLING } from "./spelling-differences.ts";

/** The lists by what they are about, in the order in which they are applied. */
export const KNOWN_DIFFERENCES = { spelling: SPELLING, rules: RULES, reuse: REUSE, confirmation: CONFIRMATION };
