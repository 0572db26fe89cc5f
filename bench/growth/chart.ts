import { COLOURS } from "../speed/colours.ts";
import { CONTENDER_NAMES, CONTENDER_TITLES } from "../speed/contender.ts";
import type { Figures } from "../speed/figures.ts";
import { circle, line, polyline, rectangle, svg, text } from "../support/svg.ts";
import type { Axis } from "./axes.ts";
import { type Curve, curvesOf } from "./curves.ts";
import { linearScale, logarithmicScale, type Scale } from "./scale.ts";

/** Where things are, in pixels. A panel is a chart with its title, labels and margins. */
const SHAPE = { margin: 20, top: 84, panel: { width: 460, height: 270 }, gap: 20 };
const PLOT = { left: 52, top: 34, width: 380, height: 190 };
const LEGEND_STEP = 130;

/** Four small charts: requests per second while one thing grows, which is drawn logarithmically. */
export function drawChart(figures: Figures, axes: readonly Axis[]): string {
  const charts = axes.map((axis) => ({ axis, curves: curvesOf(figures, axis) })).filter(({ curves }) =>
    curves.length > 0
  );
  const rows = Math.ceil(charts.length / 2);
  const width = 2 * SHAPE.margin + 2 * SHAPE.panel.width + SHAPE.gap;
  const height = SHAPE.top + rows * (SHAPE.panel.height + SHAPE.gap);
  const title = "Requests per second on one core as work grows";
  return svg({ width, height }, title, [
    text(SHAPE.margin, 28, title, { look: "large" }),
    ...drawLegend(charts.flatMap(({ curves }) => curves)),
    ...charts.flatMap(({ axis, curves }, index) => {
      const x = SHAPE.margin + (index % 2) * (SHAPE.panel.width + SHAPE.gap);
      return drawPanel(axis, curves, [x, SHAPE.top + Math.floor(index / 2) * (SHAPE.panel.height + SHAPE.gap)]);
    }),
  ]);
}

function drawLegend(curves: readonly Curve[]): string[] {
  const names = CONTENDER_NAMES.filter((name) => curves.some(({ contender }) => contender === name));
  return names.flatMap((name, index) => [
    rectangle(SHAPE.margin + index * LEGEND_STEP, 47, { width: 14, height: 4 }, COLOURS[name]),
    text(SHAPE.margin + index * LEGEND_STEP + 20, 53, CONTENDER_TITLES[name]),
  ]);
}

function drawPanel(axis: Axis, curves: readonly Curve[], [x, y]: [number, number]): string[] {
  const rates = curves.flatMap(({ points }) => points.map(({ rate }) => rate));
  const upward = axis.isLogarithmic
    ? logarithmicScale(Math.min(...rates), Math.max(...rates))
    : linearScale(Math.max(...rates));
  const sideward = positionsOf(axis);
  const left = x + PLOT.left;
  const bottom = y + PLOT.top + PLOT.height;
  const place = (value: number, rate: number): [number, number] => {
    return [left + sideward(value) * PLOT.width, bottom - upward.share(rate) * PLOT.height];
  };
  return [
    text(x, y + 14, axis.title, { look: "strong" }),
    ...drawTicks(upward, [left, bottom]),
    ...axis.points.map(({ value, label }) => {
      return text(left + sideward(value) * PLOT.width, bottom + 18, label, { at: "middle", look: "small faint" });
    }),
    ...curves.flatMap(({ contender, points }) => {
      const places = points.map(({ point, rate }) => place(point.value, rate));
      return [polyline(places, COLOURS[contender]), ...places.map((one) => circle(one, COLOURS[contender]))];
    }),
  ];
}

function drawTicks({ ticks, share }: Scale, [left, bottom]: [number, number]): string[] {
  return ticks.flatMap((tick) => {
    const y = bottom - share(tick) * PLOT.height;
    return [
      line([left, y], [left + PLOT.width, y], "grid"),
      text(left - 8, y + 4, tick >= 1000 ? `${tick / 1000}k` : String(tick), { at: "end", look: "small faint" }),
    ];
  });
}

/** The first point is drawn a little to the right of the left end, so that its label does not meet those of the rates. */
function positionsOf({ points }: Axis): (value: number) => number {
  const low = Math.log(points[0]?.value ?? 1);
  const span = Math.log(points.at(-1)?.value ?? 1) - low || 1;
  return (value) => 0.06 + 0.88 * (Math.log(value) - low) / span;
}
