import { median } from "../support/median.ts";
import { type Figures, isAt, type Measured, type Place } from "./figures.ts";

/** Requests per second: the middle one of its rounds. */
export function rateOf({ rates }: Measured): number {
  return median(rates);
}

/** How many times as many requests per second as `base`. */
export function ratioOf(one: Measured, base: Measured): number {
  return rateOf(one) / rateOf(base);
}

/** What was measured at a place. */
export function findMeasured(figures: Figures, place: Place): Measured | undefined {
  return figures.measured.find((one) => isAt(one, place));
}

/** What tables compare with: nginx in the same scenario. */
export function baseOf(figures: Figures, { scenario }: { scenario: string }): Measured | undefined {
  return findMeasured(figures, { scenario, contender: "nginx", mark: "" });
}
