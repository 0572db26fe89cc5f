import { line, rectangle, svg, text } from "../support/svg.ts";
import { COLOURS } from "./colours.ts";
import type { Figures, Measured } from "./figures.ts";
import { baseOf, rateOf, ratioOf } from "./ratio.ts";
import { inTableOrder, thousands, titleOf } from "./titles.ts";

/** Where things are, in pixels. Bars get shorter than `bars`, so that their figures have room. */
const SHAPE = { margin: 20, top: 64, column: 450, gap: 24, names: 140, bars: 200, row: 17, head: 26, foot: 18 };

/** A box with the bars of one scenario. */
interface Panel {
  readonly title: string;
  readonly rows: readonly Measured[];
  readonly base: Measured;
}

/** Horizontal bars for each scenario that nginx took part in: requests per second as a multiple of nginx's. */
export function drawPicture(figures: Figures): string {
  const panels = figures.scenarios.flatMap(({ name, title }) => panelOf(figures, name, title));
  const placed = placePanels(panels);
  const height = Math.max(...placed.map(({ y, panel }) => y + heightOf(panel)), SHAPE.top) + SHAPE.margin;
  const width = 2 * SHAPE.margin + 2 * SHAPE.column + SHAPE.gap;
  const title = "Requests per second on one core, as a multiple of nginx";
  return svg({ width, height }, title, [
    text(SHAPE.margin, 28, title, { look: "large" }),
    text(SHAPE.margin, 46, `Medians of ${figures.rounds} interleaved rounds; the dashed line is nginx`, {
      look: "faint",
    }),
    ...placed.flatMap(({ panel, x, y }) => drawPanel(panel, x, y)),
  ]);
}

function panelOf(figures: Figures, name: string, title: string): Panel[] {
  const base = baseOf(figures, { scenario: name });
  if (base === undefined) return [];
  return [{ title, base, rows: figures.measured.filter(({ scenario }) => scenario === name).toSorted(inTableOrder) }];
}

interface PlacedPanel {
  readonly panel: Panel;
  readonly x: number;
  readonly y: number;
}

/** In two columns, each panel below the column that ends first. */
function placePanels(panels: readonly Panel[]): PlacedPanel[] {
  const ends = [SHAPE.top, SHAPE.top];
  return panels.map((panel) => {
    const column = ends[0]! <= ends[1]! ? 0 : 1;
    const y = ends[column]!;
    ends[column] = y + heightOf(panel);
    return { panel, x: SHAPE.margin + column * (SHAPE.column + SHAPE.gap), y };
  });
}

function heightOf({ rows }: Panel): number {
  return SHAPE.head + rows.length * SHAPE.row + SHAPE.foot;
}

function drawPanel({ title, rows, base }: Panel, x: number, y: number): string[] {
  const most = Math.max(1, ...rows.map((row) => ratioOf(row, base)));
  const begin = x + SHAPE.names;
  const one = begin + SHAPE.bars / most;
  const bottom = y + SHAPE.head + rows.length * SHAPE.row;
  return [
    text(x, y + 16, title, { look: "strong" }),
    ...rows.flatMap((row, index) => {
      const ratio = ratioOf(row, base);
      const top = y + SHAPE.head + index * SHAPE.row;
      const length = SHAPE.bars * ratio / most;
      const label = `${ratio.toFixed(2)}×  ${thousands(rateOf(row))}/s`;
      return [
        text(begin - 8, top + 12, titleOf(row), { at: "end", look: "small" }),
        rectangle(begin, top + 2, { width: Math.max(length, 1), height: SHAPE.row - 4 }, COLOURS[row.contender]),
        text(Math.max(begin + length, ratio < 1 ? one : 0) + 6, top + 12, label, { look: "small faint" }),
      ];
    }),
    line([one, y + SHAPE.head - 2], [one, bottom + 2], "base"),
  ];
}
