/** What the bare servers answer, by path. */
export const BODIES: ReadonlyMap<string, Uint8Array> = new Map(
  [["/1k", 1024], ["/10k", 10 * 1024], ["/100k", 100 * 1024], ["/1m", 1024 * 1024]].map(
    ([path, size]) => [String(path), new Uint8Array(Number(size)).fill(120)],
  ),
);
