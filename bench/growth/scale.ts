/** A range of values that is drawn over a range of pixels. */
export interface Scale {
  /** Values with a line and a label of their own. */
  readonly ticks: readonly number[];
  /** Share of the way from the lowest value to the highest. */
  share(value: number): number;
}

/** From 0 to a round value that is not less than `most`. */
export function linearScale(most: number): Scale {
  const step = roundStep(most / 4);
  const top = Math.ceil(most / step) * step;
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  return { ticks, share: (value) => value / top };
}

/** From the power of ten below `least` to the one above `most`. Both are above zero. */
export function logarithmicScale(least: number, most: number): Scale {
  const low = Math.floor(Math.log10(least));
  const high = Math.max(Math.ceil(Math.log10(most)), low + 1);
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  return { ticks, share: (value) => (Math.log10(value) - low) / (high - low) };
}

/** 1, 2 or 5 of a power of ten: the least that is not below `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return power * ([1, 2, 5].find((factor) => factor * power >= step) ?? 10);
}
