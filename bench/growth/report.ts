import { CONTENDER_TITLES } from "../speed/contender.ts";
import type { Figures } from "../speed/figures.ts";
import { thousands, titleOf } from "../speed/titles.ts";
import type { Axis } from "./axes.ts";
import { type Curve, curvesOf } from "./curves.ts";

const NAME_WIDTH = 16;
const CELL_WIDTH = 11;

/** One table for each axis: requests per second, for a terminal. */
export function renderText(figures: Figures, axes: readonly Axis[]): string {
  const tables = axes.map((axis) => renderAxis(axis, curvesOf(figures, axis)));
  const failures = figures.failed.map((one) => `${one.scenario}: ${titleOf(one)} is left out: ${one.reason}`);
  return [...tables.filter((table) => table !== ""), failures.join("\n")].join("\n\n").trimEnd();
}

function renderAxis(axis: Axis, curves: readonly Curve[]): string {
  if (curves.length === 0) return "";
  const rows = curves.map(({ contender, points }) => {
    const cells = axis.points.map((point) => points.find((one) => one.point === point)?.rate);
    return rowOf(CONTENDER_TITLES[contender], cells.map((rate) => rate === undefined ? "" : thousands(rate)));
  });
  return [axis.title, rowOf("", axis.points.map(({ label }) => label)), ...rows].join("\n");
}

function rowOf(name: string, cells: readonly string[]): string {
  return name.padEnd(NAME_WIDTH) + cells.map((cell) => cell.padStart(CELL_WIDTH)).join("");
}
