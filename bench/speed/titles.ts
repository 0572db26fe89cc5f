import { CONTENDER_NAMES, CONTENDER_TITLES } from "./contender.ts";
import type { Place } from "./figures.ts";

/** A contender, and which track of its scenario. */
export function titleOf({ contender, mark }: Place): string {
  return CONTENDER_TITLES[contender] + (mark === "" ? "" : ` (${mark})`);
}

/** Orders rows and bars; the track that a scenario is about comes first. */
export function inTableOrder(one: Place, other: Place): number {
  const distance = CONTENDER_NAMES.indexOf(one.contender) - CONTENDER_NAMES.indexOf(other.contender);
  return distance === 0 ? one.mark.length - other.mark.length : distance;
}

export function milliseconds(micros: number): string {
  return `${(micros / 1000).toFixed(2)} ms`;
}

/** Whole, with commas between thousands. */
export function thousands(number: number): string {
  return number.toFixed(0).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
