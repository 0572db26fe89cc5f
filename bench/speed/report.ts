import { median } from "../support/median.ts";
import type { Verdict } from "./bounds.ts";
import type { Figures, Measured, Place } from "./figures.ts";
import { baseOf, rateOf, ratioOf } from "./ratio.ts";
import { inTableOrder, milliseconds, thousands, titleOf } from "./titles.ts";

/** A core that had less to do than this was not what held its contender up. */
const BUSY_SHARE = 0.9;

/** When others have more than this of the core of a contender, the machine does something besides. */
const OTHERS_SHARE = 0.1;

const HEAD = ["", "requests/s", "× nginx", "least", "most", "p50", "p99", ""];

/** One table for each scenario, for a terminal. */
export function renderText(figures: Figures): string {
  return figures.scenarios.map(({ name, title }) => `${title} (${name})\n${renderScenario(figures, name)}`).join(
    "\n\n",
  );
}

/** One line for each bound, with what was reached. */
export function renderVerdicts(verdicts: readonly Verdict[]): string {
  return verdicts.map(({ bound: { place, base, atLeast }, outcome, ratio }) => {
    const word = outcome === "missed" ? "MISSED" : outcome;
    const reached = ratio === undefined ? "-" : `${ratio.toFixed(2)}×`;
    const what = `${place.scenario}: ${titleOf(place)} to ${titleOf(base)}`;
    return `${word.padEnd(12)}  ${reached.padStart(6)}  of at least ${atLeast.toFixed(2)}×  ${what}`;
  }).join("\n");
}

function renderScenario(figures: Figures, scenario: string): string {
  const ofScenario = (place: Place): boolean => place.scenario === scenario;
  const rows = figures.measured.filter(ofScenario).toSorted(inTableOrder).map((one) => rowOf(figures, one));
  const failures = figures.failed.filter(ofScenario).map((one) => `${titleOf(one)} is left out: ${one.reason}`);
  return [...(rows.length > 0 ? align([HEAD, ...rows]) : []), ...failures].join("\n");
}

function rowOf(figures: Figures, one: Measured): string[] {
  const base = baseOf(figures, one);
  return [
    titleOf(one),
    thousands(rateOf(one)),
    base === undefined ? "" : ratioOf(one, base).toFixed(2),
    thousands(Math.min(...one.rates)),
    thousands(Math.max(...one.rates)),
    milliseconds(median(one.p50s)),
    milliseconds(median(one.p99s)),
    notesOn(figures, one).join(", "),
  ];
}

/** What it made of this track beside the others of its own, and whether something else may have held it up. */
function notesOn(figures: Figures, one: Measured): string[] {
  const others = one.mark !== "" ? [] : figures.measured.filter(({ scenario, contender, mark }) => {
    return scenario === one.scenario && contender === one.contender && mark !== "";
  });
  const busy = median(one.busy);
  const taken = median(one.busy.map((share, round) => share - (one.own[round] ?? share)));
  return [
    ...others.map((other) => `${percent(ratioOf(one, other) - 1)} against "${other.mark}"`),
    ...(busy < BUSY_SHARE ? [`its core was busy only ${(busy * 100).toFixed(0)} %`] : []),
    ...(taken > OTHERS_SHARE ? [`others or the kernel had ${(taken * 100).toFixed(0)} % of its core`] : []),
  ];
}

function percent(share: number): string {
  return `${share < 0 ? "−" : "+"}${Math.abs(share * 100).toFixed(1)} %`;
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
