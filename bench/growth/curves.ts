import { CONTENDER_NAMES, type ContenderName } from "../speed/contender.ts";
import type { Figures } from "../speed/figures.ts";
import { findMeasured, rateOf } from "../speed/ratio.ts";
import type { Axis, Point } from "./axes.ts";

/** What one contender made of an axis. */
export interface Curve {
  readonly contender: ContenderName;
  readonly points: readonly { readonly point: Point; readonly rate: number }[];
}

/** One curve for each contender that was measured, with the points that were. */
export function curvesOf(figures: Figures, axis: Axis): readonly Curve[] {
  return CONTENDER_NAMES.map((contender) => ({
    contender,
    points: axis.points.flatMap((point) => {
      const one = findMeasured(figures, { scenario: point.scenario.name, contender, mark: "" });
      return one === undefined ? [] : [{ point, rate: rateOf(one) }];
    }),
  })).filter(({ points }) => points.length > 0);
}
