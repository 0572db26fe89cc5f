/**
 * Our caching rules against those of npm `http-cache-semantics`, over generated exchanges. Wherever the two differ, the
 * list in `differential/known-differences.ts` has to say why. LACQUER_SEED repeats a run.
 */
import assert from "node:assert/strict";
import { writeSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import fc from "fast-check";
import { ALL_DIFFERENCES, DifferenceCounts, type Question } from "./differential/compare.ts";
import type { Exchange } from "./differential/exchange.ts";
import { exchanges, type Mix } from "./differential/generate.ts";
import type { KnownDifference } from "./differential/known-difference.ts";
import { KNOWN_DIFFERENCES } from "./differential/known-differences.ts";
import { OurView } from "./differential/ours.ts";

const SEED = Number(process.env["LACQUER_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const RUNS = 22_000;
const LIMIT = { timeout: 60_000 };

const { spelling, rules, reuse, confirmation } = KNOWN_DIFFERENCES;
const counts = new DifferenceCounts();
let compared = 0;

interface Comparison {
  readonly mix: Mix;
  readonly differences: readonly KnownDifference[];
  readonly question: Question;
  /** The same exchange with the second request at other moments. */
  readonly moments?: (exchange: Exchange) => Exchange[];
}

/** Compares over `RUNS` exchanges. A failure names the seed, and the exchange in its smallest form. */
function compareAll({ mix, differences, question, moments = (exchange) => [exchange] }: Comparison): void {
  const property = fc.property(exchanges(mix), (exchange) => {
    for (const moment of moments(exchange)) {
      counts.compare(moment, question, differences);
      compared++;
    }
  });
  counts.nextQuestion();
  try {
    fc.assert(property, { seed: SEED, numRuns: RUNS });
  } catch (cause) {
    const difference = cause instanceof Error ? cause.cause : undefined;
    throw new Error(`Cannot agree with the oracle: repeat with LACQUER_SEED=${SEED}\n${cause}\n${difference}`);
  }
}

/** At any moment, and when freshness ends: there a rule that is off by one shows. */
function andWhenFreshnessEnds(exchange: Exchange): Exchange[] {
  const { lifetime, age } = new OurView({ ...exchange, elapsed: 0 });
  const elapsed = lifetime - age;
  return Number.isInteger(elapsed) && elapsed > 0 ? [exchange, { ...exchange, elapsed }] : [exchange];
}

/** Asks only of what is stored: nothing else is ever reused. */
function ofStored(question: Question): Question {
  return (view) => view.isStorable ? question(view) : "not stored";
}

/** To the microsecond: a tenth is not the same number when it is multiplied and when it is divided. */
function seconds(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

test("storability() says what the oracle says", LIMIT, () => {
  compareAll({ mix: "any", differences: [...spelling, ...rules], question: ({ isStorable }) => isStorable });
});

test("freshnessLifetime() and currentAge() are those of the oracle", LIMIT, () => {
  compareAll({
    mix: "stored",
    differences: [...spelling, ...rules],
    question: ofStored(({ lifetime, age, timeToLive }) => [lifetime, age, timeToLive].map(seconds)),
  });
});

test("reuse() lets a response be used when the oracle does", LIMIT, () => {
  compareAll({
    mix: "stored",
    differences: [...spelling, ...rules, ...reuse],
    question: ofStored(({ use }) => use),
    moments: andWhenFreshnessEnds,
  });
});

test("mayReplaceError() and validatorFields() are used when the oracle uses them", LIMIT, () => {
  compareAll({
    mix: "stored",
    differences: [...spelling, ...rules, ...reuse],
    question: ofStored(({ standsIn, conditions }) => ({ standsIn, ...conditions })),
    moments: andWhenFreshnessEnds,
  });
});

test("confirms() and freshenedFields() make of a 304 what the oracle makes of it", LIMIT, () => {
  compareAll({
    mix: "confirmed",
    differences: [...spelling, ...rules, ...confirmation],
    question: ofStored(({ freshened }) => {
      if (freshened === undefined) return "not confirmed";
      const { lifetime, age, fields } = freshened;
      const kept = ["x-stored", "x-new", "content-encoding"].map((name) => fields[name]);
      const entityTag = /^(?:W\/)?"[^"]*"$/.exec(fields["etag"] ?? "")?.[0];
      return { lifetime: seconds(lifetime), age: seconds(age), kept, entityTag };
    }),
  });
});

test("every known difference from the oracle makes a difference", LIMIT, () => {
  const lines = ALL_DIFFERENCES.map((difference) => {
    const { concerned, decisive, trials } = counts.of(difference);
    return `${difference.name}: ${concerned} exchanges, decisive in ${decisive} of ${trials}`;
  });
  writeSync(1, `${compared} exchanges compared with LACQUER_SEED=${SEED}\n${lines.join("\n")}\n`);
  const idle = ALL_DIFFERENCES.filter((difference) => counts.of(difference).decisive === 0).map(({ name }) => name);
  assert.deepEqual(idle, [], `repeat with LACQUER_SEED=${SEED}`);
});
