/**
 * What is known of routes from the answers they have given, so that a key never seen before starts well: whether
 * answers can be shared, on which request fields they mostly depend, and how long their headers take.
 */
import { BudgetedMap } from "../storage/budgeted-map.ts";
import type { ByteBudget } from "../storage/byte-budget.ts";
import type { Milliseconds } from "../time/clock.ts";

/** Routes may take this part of all memory. */
const MAX_SHARE = 1 / 256;

/** Approximate memory of what is known of one route, its name apart, in bytes. */
const ROUTE_OVERHEAD = 1500;

/** Evidence beyond this is halved, so that what a route is now like outweighs what it was like once. */
const MAX_EVIDENCE = 64;

/** So many times to headers are remembered. */
const MAX_TIMES = 32;

/** Every fetch asks for what most of them take: it is worked out anew only after so many more. */
const STALE_AFTER = 8;

const MAX_SPECS = 8;

/** What a key tells of its route. */
export interface RouteLesson {
  /** Whether the request had a cookie or authorisation: often those alone get answers of their own. */
  readonly credentialed: boolean;
  readonly shareable: boolean;
  /** Fields it depends on, where it can be shared. */
  readonly vary?: readonly string[] | undefined;
}

/** Everything known of one route. */
export class RoutePrior {
  readonly #anonymous = new Evidence();
  readonly #credentialed = new Evidence();
  readonly #specs = new Map<string, { readonly names: readonly string[]; count: number }>();
  readonly #times: Milliseconds[] = [];
  #nextTime = 0;
  #p95: Milliseconds | undefined;
  /** How many times have come since it was worked out. */
  #newTimes = 0;

  learn({ credentialed, shareable, vary }: RouteLesson): void {
    this.#evidence(credentialed).add(shareable);
    if (vary !== undefined) this.#countSpec(vary);
  }

  /** Notes how long headers took. */
  learnTime(timeToHeaders: Milliseconds): void {
    this.#times[this.#nextTime] = timeToHeaders;
    this.#nextTime = (this.#nextTime + 1) % MAX_TIMES;
    this.#newTimes++;
  }

  /** Probability that the next answer can be shared: the mean of a beta distribution that starts even. */
  shareability(credentialed: boolean): number {
    return this.#evidence(credentialed).mean;
  }

  /** Whether any answer to such a request could be shared so far. */
  hasShared(credentialed: boolean): boolean {
    return this.#evidence(credentialed).yes > 0;
  }

  /** The fields on which more than half of the answers depended. */
  get dominantVary(): readonly string[] | undefined {
    const specs = [...this.#specs.values()];
    const total = specs.reduce((sum, { count }) => sum + count, 0);
    return specs.find(({ count }) => count > total / 2)?.names;
  }

  /** Within this time 95 of 100 headers came; `undefined` before the first. */
  get timeToHeadersP95(): Milliseconds | undefined {
    if (this.#times.length < MAX_TIMES || this.#newTimes >= STALE_AFTER) {
      this.#p95 = this.#times.toSorted((a, b) => a - b)[Math.ceil(this.#times.length * 0.95) - 1];
      this.#newTimes = 0;
    }
    return this.#p95;
  }

  #evidence(credentialed: boolean): Evidence {
    return credentialed ? this.#credentialed : this.#anonymous;
  }

  #countSpec(names: readonly string[]): void {
    const name = names.join();
    const spec = this.#specs.get(name);
    if (spec !== undefined) spec.count++;
    else if (this.#specs.size < MAX_SPECS) this.#specs.set(name, { names, count: 1 });
    if ((spec?.count ?? 0) <= MAX_EVIDENCE) return;
    for (const [other, known] of this.#specs) {
      known.count = Math.floor(known.count / 2);
      if (known.count === 0) this.#specs.delete(other);
    }
  }
}

class Evidence {
  yes = 0;
  no = 0;

  add(isYes: boolean): void {
    if (isYes) this.yes++;
    else this.no++;
    if (this.yes + this.no <= MAX_EVIDENCE) return;
    // One of each kind stays: that it has happened at all is never forgotten.
    this.yes = Math.ceil(this.yes / 2);
    this.no = Math.ceil(this.no / 2);
  }

  get mean(): number {
    return (this.yes + 1) / (this.yes + this.no + 2);
  }
}

/** The priors of all routes, of which the least recently taught are forgotten. */
export class RoutePriors {
  readonly #routes: BudgetedMap<RoutePrior>;

  constructor(budget: ByteBudget) {
    const sizeOf = (name: string) => ROUTE_OVERHEAD + name.length;
    this.#routes = new BudgetedMap({ budget, maxBytes: Math.floor(budget.limit * MAX_SHARE), sizeOf });
  }

  get bytes(): number {
    return this.#routes.bytes;
  }

  of(route: string): RoutePrior | undefined {
    return this.#routes.get(route);
  }

  learn(route: string, lesson: RouteLesson): void {
    this.#teach(route, (prior) => prior.learn(lesson));
  }

  learnTime(route: string, timeToHeaders: Milliseconds): void {
    this.#teach(route, (prior) => prior.learnTime(timeToHeaders));
  }

  #teach(route: string, lesson: (prior: RoutePrior) => void): void {
    const prior = this.#routes.get(route) ?? new RoutePrior();
    lesson(prior);
    this.#routes.set(route, prior);
  }
}
