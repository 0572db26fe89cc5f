/** Units from large to small; the binary ones first, since those are what `formatByteSize()` writes. */
const BINARY_UNITS: readonly (readonly [unit: string, bytes: number])[] = [
  ["TiB", 1024 ** 4],
  ["GiB", 1024 ** 3],
  ["MiB", 1024 ** 2],
  ["KiB", 1024],
  ["B", 1],
];

const UNIT_BYTES = new Map([...BINARY_UNITS, ["KB", 1e3], ["MB", 1e6], ["GB", 1e9], ["TB", 1e12]] as const);

/** What a message says is accepted where a size is meant. */
export const BYTE_SIZE_FORM = 'a size such as "64KiB", "256MiB", "1GiB" or "500MB", or a whole number of bytes';

/**
 * Bytes of a size: a whole number, bare or followed at once by a unit. `KiB`, `MiB`, `GiB`, `TiB` are powers of
 * 1024, `KB`, `MB`, `GB`, `TB` powers of 1000, `B` and no unit are bytes. `undefined` for anything else: fractions,
 * spaces, other spellings (`M`, `mb`), and sizes past 2^53.
 */
export function parseByteSize(size: string | number): number | undefined {
  const match = /^(\d+)([KMGT]i?B|B)?$/.exec(String(size));
  if (match === null) return undefined;
  const [, count = "", unit = "B"] = match;
  const bytes = Number(count) * (UNIT_BYTES.get(unit) ?? NaN);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** The shortest literal that `parseByteSize()` reads as `bytes`, for example `"256MiB"` and `"1500B"`. */
export function formatByteSize(bytes: number): string {
  if (bytes === 0) return "0B";
  for (const [unit, unitBytes] of BINARY_UNITS) {
    if (bytes % unitBytes === 0) return `${bytes / unitBytes}${unit}`;
  }
  return `${Math.round(bytes)}B`;
}
