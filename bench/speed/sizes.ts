/** Bodies that the origin has under `/NAME`, `/vary/NAME` and `/pass/NAME`, by their name. */
export const SIZES = { "1k": 1024, "10k": 10 * 1024, "100k": 100 * 1024, "1m": 1024 * 1024 } as const;

export type SizeName = keyof typeof SIZES;

export const SIZE_NAMES = Object.keys(SIZES) as readonly SizeName[];

/** How tables call them. */
export const SIZE_TITLES: Readonly<Record<SizeName, string>> = {
  "1k": "1 KB",
  "10k": "10 KB",
  "100k": "100 KB",
  "1m": "1 MB",
};
