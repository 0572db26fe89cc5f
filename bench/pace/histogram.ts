/** Values up to this one have a bucket each; larger ones keep this many steps for each doubling. */
const STEPS = 1024;

/** Doublings above `STEPS`; the largest value is about 18 minutes in nanoseconds. */
const DOUBLINGS = 30;

/**
 * Counts whole numbers from zero on with an error of at most 0.1 % of each, in constant memory and without allocating:
 * buckets of equal width inside each doubling, as HdrHistogram has them.
 */
export class Histogram {
  readonly #counts = new Float64Array(STEPS * (DOUBLINGS + 1));
  #total = 0;
  #max = 0;

  get total(): number {
    return this.#total;
  }

  /** The largest value, exactly; zero when there is none. */
  get max(): number {
    return this.#max;
  }

  /** Counts a value. What is below zero counts as zero, and what is too large as the largest that fits. */
  record(value: number): void {
    const whole = value > 0 ? Math.round(value) : 0;
    const bucket = bucketOf(whole);
    this.#counts[bucket] = this.#counts[bucket]! + 1;
    this.#total++;
    if (whole > this.#max) this.#max = whole;
  }

  /** The value that `share` (0 to 1) of all values do not exceed; `NaN` when there is none. */
  percentile(share: number): number {
    if (this.#total === 0) return NaN;
    const wanted = Math.max(1, Math.ceil(share * this.#total));
    let seen = 0;
    for (let bucket = 0; bucket < this.#counts.length; bucket++) {
      seen += this.#counts[bucket]!;
      if (seen >= wanted) return Math.min(middleOf(bucket), this.#max);
    }
    return this.#max;
  }
}

function bucketOf(value: number): number {
  if (value < STEPS) return value;
  const doubling = Math.floor(Math.log2(value / STEPS)) + 1;
  if (doubling > DOUBLINGS) return STEPS * (DOUBLINGS + 1) - 1;
  const lowest = STEPS * 2 ** (doubling - 1);
  return STEPS * doubling + Math.floor((value - lowest) / 2 ** (doubling - 1));
}

/** The middle of what a bucket counts, so that the error goes both ways. */
function middleOf(bucket: number): number {
  if (bucket < STEPS * 2) return bucket;
  const doubling = Math.floor(bucket / STEPS);
  const width = 2 ** (doubling - 1);
  return STEPS * width + (bucket % STEPS) * width + (width - 1) / 2;
}
