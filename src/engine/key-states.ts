/**
 * What is remembered of single keys beside their stored responses: on which fields their answers depended, that waiting
 * for them was in vain (hit-for-miss), that their origin could not be reached. All of it only decides who waits for
 * whom, so forgetting it costs a request or a wait, and nothing else.
 */
import type { OriginError } from "../origin/origin-error.ts";
import { BudgetedMap } from "../storage/budgeted-map.ts";
import type { ByteBudget } from "../storage/byte-budget.ts";
import type { Milliseconds, MonotonicMs } from "../time/clock.ts";

/** Keys may take this part of all memory. */
const MAX_SHARE = 1 / 64;

/** Approximate memory of what is known of one key, its texts apart, in bytes. */
const KEY_OVERHEAD = 300;

const MAX_SPECS = 4;

/** What is renewed all the time is written again only when it has aged by this part. */
const RENEWED_AFTER = 1 / 64;

/** A crowd that an unreachable origin has turned away is not let at it again for this long. */
const FAILURE_MEMORY: Milliseconds = 1_000;

/** What is remembered of one key. */
export interface KeyState {
  /** Sets of fields on which its answers depended, that of the latest first. */
  readonly specs: readonly (readonly string[])[];
  /** Until when nobody waits, for requests without credentials and for those with. */
  readonly hitForMiss: readonly [anonymous: MonotonicMs, credentialed: MonotonicMs];
  readonly failure: { readonly error: OriginError; readonly until: MonotonicMs } | undefined;
  /** Whether its latest body turned out to be larger than may be stored. */
  readonly isTooLarge: boolean;
}

const NOTHING: KeyState = { specs: [], hitForMiss: [-Infinity, -Infinity], failure: undefined, isTooLarge: false };

/** The states of all keys, of which those taught least recently are forgotten. */
export class KeyStates {
  readonly #keys: BudgetedMap<KeyState>;
  readonly #hitForMiss: Milliseconds;

  /** @param hitForMiss How long it is remembered that an answer could not be shared. */
  constructor(budget: ByteBudget, hitForMiss: Milliseconds) {
    this.#keys = new BudgetedMap({ budget, maxBytes: Math.floor(budget.limit * MAX_SHARE), sizeOf });
    this.#hitForMiss = hitForMiss;
  }

  get bytes(): number {
    return this.#keys.bytes;
  }

  of(key: string): KeyState {
    return this.#keys.get(key) ?? NOTHING;
  }

  /**
   * An answer that can be shared: it depends on these fields, as far as is known, and the next is worth waiting for.
   * Returns whether that is news.
   */
  learnShareable(key: string, spec: readonly string[] | undefined, credentialed: boolean): boolean {
    const state = this.of(key);
    const specs = spec === undefined ? state.specs : withLatest(spec, state.specs);
    const hitForMiss = withMoment(state, credentialed, -Infinity);
    this.#keys.set(key, { ...state, specs, hitForMiss, failure: undefined });
    return state.hitForMiss[credentialed ? 1 : 0] > -Infinity || specs[0]?.join() !== state.specs[0]?.join();
  }

  /** An answer that nobody can share: the next ones are not waited for, until one can be. Returns whether that is news. */
  learnUnshareable(key: string, credentialed: boolean, now: MonotonicMs): boolean {
    const state = this.of(key);
    const known = state.hitForMiss[credentialed ? 1 : 0];
    const until = now + this.#hitForMiss;
    if (state.failure === undefined && until - known < this.#hitForMiss * RENEWED_AFTER) return false;
    const hitForMiss = withMoment(state, credentialed, until);
    this.#keys.set(key, { ...state, hitForMiss, failure: undefined });
    return known === -Infinity;
  }

  /** The size of a body whose end has come: one that was too large is not held only to be let go again. */
  learnSize(key: string, isTooLarge: boolean): void {
    const state = this.of(key);
    if (state.isTooLarge !== isTooLarge) this.#keys.set(key, { ...state, isTooLarge });
  }

  /** A failure that was the answer to many: it is that of those who come right after them too. */
  learnFailure(key: string, error: OriginError, now: MonotonicMs): void {
    this.#keys.set(key, { ...this.of(key), failure: { error, until: now + FAILURE_MEMORY } });
  }
}

function withLatest(spec: readonly string[], known: KeyState["specs"]): KeyState["specs"] {
  const name = spec.join();
  return [spec, ...known.filter((other) => other.join() !== name)].slice(0, MAX_SPECS);
}

function withMoment({ hitForMiss }: KeyState, credentialed: boolean, moment: MonotonicMs): KeyState["hitForMiss"] {
  return credentialed ? [hitForMiss[0], moment] : [moment, hitForMiss[1]];
}

function sizeOf(key: string, { specs }: KeyState): number {
  return KEY_OVERHEAD + key.length + specs.reduce((sum, names) => sum + names.join().length, 0);
}
