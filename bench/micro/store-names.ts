/** Sizes of the stores on which the same work is done. */
export const STORE_SIZES: readonly number[] = [10 ** 3, 10 ** 6];

/** The row of hits on a store of `count` responses. */
export function hitName(count: number): string {
  return `hit 1 KB, ${powerOfTen(count)} keys`;
}

/** The row of lookups in it. */
export function lookupName(count: number): string {
  return `lookup, ${powerOfTen(count)} keys`;
}

function powerOfTen(count: number): string {
  return `10^${Math.log10(count).toFixed(0)}`;
}
