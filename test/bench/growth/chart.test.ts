import assert from "node:assert/strict";
import { test } from "node:test";
import { AXES } from "../../../bench/growth/axes.ts";
import { drawChart } from "../../../bench/growth/chart.ts";
import { renderText } from "../../../bench/growth/report.ts";
import { figuresOf, measuredAt } from "../speed/example-figures.ts";

const FIGURES = figuresOf(
  AXES.flatMap(({ points }) =>
    points.flatMap(({ scenario }, index) => [
      measuredAt(scenario.name, "nginx", { rates: [40_000 - index * 1000] }),
      measuredAt(scenario.name, "lacquer-bun", { rates: [50_000 / 2 ** index] }),
    ])
  ),
);

test("drawChart() has a panel for each axis with a line for each contender and a point for each step", () => {
  const picture = drawChart(FIGURES, AXES);
  assert.equal([...picture.matchAll(/<polyline/g)].length, AXES.length * 2);
  assert.equal([...picture.matchAll(/<circle/g)].length, AXES.length * 2 * 4);
  for (const { title } of AXES) assert.ok(picture.includes(title));
});

test("drawChart() draws only what was measured", () => {
  const first = AXES[0]!.points[0]!.scenario.name;
  const picture = drawChart(figuresOf([measuredAt(first, "varnish", { rates: [1000] })]), AXES);
  assert.equal([...picture.matchAll(/<circle/g)].length, 1);
  assert.ok(!picture.includes(AXES[1]!.title));
});

test("renderText() has a table for each axis that was measured", () => {
  const lines = renderText(FIGURES, AXES.slice(1, 2)).split("\n").map((line) =>
    line.trim().replaceAll(/ {2,}/g, " | ")
  );
  assert.deepEqual(lines, [
    "Variants of a response, 10 KB each",
    "1 | 4 | 12 | 32",
    "nginx | 40,000 | 39,000 | 38,000 | 37,000",
    "Lacquer, Bun | 50,000 | 25,000 | 12,500 | 6,250",
  ]);
});
