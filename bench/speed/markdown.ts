import { median } from "../support/median.ts";
import type { Verdict } from "./bounds.ts";
import { CONTENDER_NAMES, CONTENDER_TITLES, type ContenderName } from "./contender.ts";
import type { Figures, Measured } from "./figures.ts";
import { baseOf, findMeasured, rateOf, ratioOf } from "./ratio.ts";
import { milliseconds, thousands, titleOf } from "./titles.ts";

/** Rates, 99th percentiles, bounds and what was left out, as tables and lists of Markdown. */
export function renderMarkdown(figures: Figures, verdicts: readonly Verdict[]): string {
  return [
    `${figures.machine.join(". ")}. Medians of ${figures.rounds} rounds of ${figures.seconds} s.`,
    "Requests per second, and how many times those of nginx:",
    contenderTable(figures, (one) => {
      const base = baseOf(figures, one);
      return `${thousands(rateOf(one))}${base === undefined ? "" : ` (${ratioOf(one, base).toFixed(2)}×)`}`;
    }),
    "99th percentiles while each is given all it can take:",
    contenderTable(figures, ({ p99s }) => milliseconds(median(p99s))),
    ...pairsOf(figures),
    ...boundsOf(verdicts),
    ...failuresOf(figures),
  ].join("\n\n");
}

/** A line for each scenario and a column for each contender that took part. */
function contenderTable(figures: Figures, cell: (one: Measured) => string): string {
  const columns = CONTENDER_NAMES.filter((name) => figures.measured.some(({ contender }) => contender === name));
  const rows = figures.scenarios.map(({ name, title }) => [
    title,
    ...columns.map((contender) => cellOf(figures, { scenario: name, contender }, cell)),
  ]);
  return table([["", ...columns.map((name) => CONTENDER_TITLES[name])], ...rows]);
}

function cellOf(
  figures: Figures,
  place: { scenario: string; contender: ContenderName },
  cell: (one: Measured) => string,
): string {
  const one = findMeasured(figures, { ...place, mark: "" });
  return one === undefined ? "" : cell(one);
}

/** Where a contender was measured beside itself. */
function pairsOf(figures: Figures): string[] {
  const rows = figures.measured.filter(({ mark }) => mark !== "").flatMap((other) => {
    const one = findMeasured(figures, { ...other, mark: "" });
    const title = figures.scenarios.find(({ name }) => name === other.scenario)?.title ?? other.scenario;
    if (one === undefined) return [];
    return [[
      title,
      titleOf(one),
      thousands(rateOf(one)),
      other.mark,
      thousands(rateOf(other)),
      times(ratioOf(one, other)),
    ]];
  });
  if (rows.length === 0) return [];
  return ["Beside the same contender:", table([["", "", "requests/s", "beside", "requests/s", "ratio"], ...rows])];
}

function boundsOf(verdicts: readonly Verdict[]): string[] {
  if (verdicts.length === 0) return [];
  const rows = verdicts.map(({ bound: { place, base, atLeast }, outcome, ratio }) => [
    place.scenario,
    titleOf(place),
    titleOf(base),
    times(atLeast),
    ratio === undefined ? "" : times(ratio),
    outcome === "missed" ? "**missed**" : outcome,
  ]);
  return ["Bounds:", table([["Scenario", "", "beside", "at least", "measured", ""], ...rows])];
}

function failuresOf(figures: Figures): string[] {
  if (figures.failed.length === 0) return [];
  return ["Left out:", figures.failed.map((one) => `- ${one.scenario}, ${titleOf(one)}: ${one.reason}`).join("\n")];
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)}×`;
}

function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((line) => `| ${line.join(" | ")} |`).join("\n");
}
