/** Stores of these sizes are held against each other. */
export const FEW = 10 ** 3;
export const MANY = 10 ** 6;

/** So much of a store is asked for, again and again, in a pattern of its own. */
export interface StoreSize {
  /** Responses in the store. */
  readonly count: number;
  readonly askedFor: number;
}

/**
 * As many keys are asked for in the large store as in the small one: what grows is the store, not what is wanted. With a
 * hundred, what is touched stays in the caches of the processor; with a thousand it does not where it lies scattered.
 */
export const STORE_SIZES: readonly StoreSize[] = [FEW, MANY].flatMap((count) =>
  [100, 1000].map((askedFor) => ({ count, askedFor }))
);

/** The row of hits on a store. */
export function hitName(size: StoreSize): string {
  return `hit 1 KB, ${sizeName(size)}`;
}

/** The row of lookups in it. */
export function lookupName(size: StoreSize): string {
  return `lookup, ${sizeName(size)}`;
}

function sizeName({ count, askedFor }: StoreSize): string {
  return `${askedFor} of 10^${Math.log10(count).toFixed(0)} keys`;
}

/** Rows that need a million stored responses, which takes seconds to put there. */
export function needsMany(name: string): boolean {
  return STORE_SIZES.some((size) => size.count === MANY && (name === hitName(size) || name === lookupName(size)));
}
