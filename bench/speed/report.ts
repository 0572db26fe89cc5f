import { median } from "../support/median.ts";
import { CONTENDER_NAMES, CONTENDER_TITLES } from "./contender.ts";
import type { Failed, Figures, Measured, Place } from "./figures.ts";
import { baseOf, rateOf, ratioOf } from "./ratio.ts";

/** A core that had less to do than this was not what held its contender up. */
const BUSY_SHARE = 0.9;

const HEAD = ["", "requests/s", "× nginx", "least", "most", "p50", "p99", ""];

/** One table for each scenario, for a terminal. */
export function renderText(figures: Figures): string {
  return figures.scenarios.map(({ name, title }) => `${title} (${name})\n${renderScenario(figures, name)}`).join(
    "\n\n",
  );
}

function renderScenario(figures: Figures, scenario: string): string {
  const ofScenario = (place: Place): boolean => place.scenario === scenario;
  const rows = figures.measured.filter(ofScenario).toSorted(byContender).map((one) => rowOf(figures, one));
  const failures = figures.failed.filter(ofScenario).map(failureLine);
  return [...align([HEAD, ...rows]), ...failures].join("\n");
}

function rowOf(figures: Figures, one: Measured): string[] {
  const rate = rateOf(one);
  const base = baseOf(figures, one);
  return [
    titleOf(one),
    rate.toFixed(0),
    base === undefined ? "" : ratioOf(one, base).toFixed(2),
    Math.min(...one.rates).toFixed(0),
    Math.max(...one.rates).toFixed(0),
    milliseconds(median(one.p50s)),
    milliseconds(median(one.p99s)),
    median(one.busy) < BUSY_SHARE ? `its core was busy only ${(median(one.busy) * 100).toFixed(0)} %` : "",
  ];
}

function failureLine(failed: Failed): string {
  return `${titleOf(failed)} is left out: ${failed.reason}`;
}

/** A contender, and which track of its scenario. */
export function titleOf({ contender, mark }: Place): string {
  return CONTENDER_TITLES[contender] + (mark === "" ? "" : ` (${mark})`);
}

export function milliseconds(micros: number): string {
  return `${(micros / 1000).toFixed(2)} ms`;
}

function byContender(one: Place, other: Place): number {
  return CONTENDER_NAMES.indexOf(one.contender) - CONTENDER_NAMES.indexOf(other.contender);
}

/** The first and the last column from the left, the figures between them from the right. */
function align(table: readonly (readonly string[])[]): string[] {
  const widths = HEAD.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  const isText = (column: number): boolean => column === 0 || column === HEAD.length - 1;
  return table.map((line) =>
    line.map((text, column) => isText(column) ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0))
      .join("  ").trimEnd()
  );
}
