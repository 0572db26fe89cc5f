/** Compares our answer about an exchange with that of the oracle, and counts what the known differences are good for. */
import assert from "node:assert/strict";
import { type Exchange, requestFields, responseFields } from "./exchange.ts";
import type { KnownDifference } from "./known-difference.ts";
import { KNOWN_DIFFERENCES } from "./known-differences.ts";
import { OracleView } from "./oracle.ts";
import { OurView } from "./ours.ts";

/** What is asked of both, in a form that `assert.deepEqual` compares. */
export type Question = (view: OurView | OracleView) => unknown;

/** Known differences in the order in which an exchange is rewritten by them. */
export const ALL_DIFFERENCES: readonly KnownDifference[] = Object.values(KNOWN_DIFFERENCES).flat();

/** How often the effect of one entry is looked into: until it has shown, or for this many exchanges of one question. */
const ENOUGH_DECISIVE = 20;
const MAX_TRIALS = 3000;

/** What became of the entries of the list in one run. */
export class DifferenceCounts {
  readonly #concerned = new Map<KnownDifference, number>();
  readonly #decisive = new Map<KnownDifference, number>();
  readonly #trials = new Map<KnownDifference, number>();
  #trialsBefore = new Map<KnownDifference, number>();

  /** To be called before exchanges are compared by another question. */
  nextQuestion(): void {
    this.#trialsBefore = new Map(this.#trials);
  }

  /** Fails unless the oracle gives our answer once the exchange is rewritten by `differences`. */
  compare(exchange: Exchange, question: Question, differences: readonly KnownDifference[]): void {
    const ours = question(new OurView(exchange));
    const concerned: KnownDifference[] = [];
    const rewritten = rewrite(exchange, differences, concerned);
    const theirs = question(new OracleView(rewritten));
    if (!isEqual(ours, theirs)) assert.deepEqual(ours, theirs, describe(exchange, rewritten));
    for (const difference of concerned) {
      this.#note(difference, () => {
        const others = differences.filter((other) => other !== difference);
        return !isEqual(ours, question(new OracleView(rewrite(exchange, others))));
      });
    }
  }

  /** The number of exchanges that an entry rewrote, and of those looked into, how many it decided. */
  of(difference: KnownDifference): { readonly concerned: number; readonly decisive: number; readonly trials: number } {
    return {
      concerned: this.#concerned.get(difference) ?? 0,
      decisive: this.#decisive.get(difference) ?? 0,
      trials: this.#trials.get(difference) ?? 0,
    };
  }

  #note(difference: KnownDifference, decides: () => boolean): void {
    increment(this.#concerned, difference);
    const { decisive, trials } = this.of(difference);
    const trialsBefore = this.#trialsBefore.get(difference) ?? 0;
    if (decisive >= ENOUGH_DECISIVE || trials >= trialsBefore + MAX_TRIALS) return;
    increment(this.#trials, difference);
    if (decides()) increment(this.#decisive, difference);
  }
}

function increment(counts: Map<KnownDifference, number>, difference: KnownDifference): void {
  counts.set(difference, (counts.get(difference) ?? 0) + 1);
}

function rewrite(
  exchange: Exchange,
  differences: readonly KnownDifference[],
  concerned: KnownDifference[] = [],
): Exchange {
  return differences.reduce((before, difference) => {
    const after = difference.rewrite(before);
    if (after !== before) concerned.push(difference);
    return after;
  }, exchange);
}

function isEqual(ours: unknown, theirs: unknown): boolean {
  return JSON.stringify(ours) === JSON.stringify(theirs);
}

/** The exchange as ours and as the oracle saw it. */
function describe(exchange: Exchange, rewritten: Exchange): string {
  return `ours and the oracle differ\nours saw ${plain(exchange)}\nthe oracle saw ${plain(rewritten)}`;
}

function plain({ separator, request, response, again, notModified, ...rest }: Exchange): string {
  return JSON.stringify({
    ...rest,
    method: request.method,
    request: requestFields(request, separator),
    status: response.status,
    response: responseFields(response, separator),
    again: requestFields(again, separator),
    notModified: responseFields(notModified, separator),
  });
}
