import type { ContenderName } from "./contender.ts";
import { type Figures, isAt, type Place } from "./figures.ts";
import { findMeasured, ratioOf } from "./ratio.ts";

/** What Lacquer is held to: at least so many times the requests per second of something else. */
export interface Bound {
  readonly place: Place;
  readonly base: Place;
  readonly atLeast: number;
}

export interface Verdict {
  readonly bound: Bound;
  readonly outcome: "held" | "missed" | "not measured";
  readonly ratio?: number;
}

const hits = ["hit-1k", "hit-10k"].flatMap((scenario) => [
  bound([scenario, "lacquer-bun"], [scenario, "haproxy"], 1),
  bound([scenario, "lacquer-bun"], [scenario, "nginx"], 1.3),
  bound([scenario, "lacquer-bun"], [scenario, "varnish"], 1.8),
  bound([scenario, "lacquer-bun"], [scenario, "bare-bun"], 0.9),
  bound([scenario, "lacquer-deno"], [scenario, "varnish"], 1),
  bound([scenario, "lacquer-node"], [scenario, "varnish"], 0.8),
]);

export const BOUNDS: readonly Bound[] = [
  ...hits,
  bound(["hit-1m", "lacquer-bun"], ["hit-1m", "varnish"], 0.9),
  bound(["vary", "lacquer-bun"], ["vary", "lacquer-bun", "plain"], 0.85),
  bound(["vary", "lacquer-deno"], ["vary", "lacquer-deno", "plain"], 0.85),
  bound(["vary", "lacquer-node"], ["vary", "lacquer-node", "plain"], 0.85),
  bound(["not-modified", "lacquer-bun"], ["not-modified", "nginx"], 1),
  bound(["pass", "lacquer-bun"], ["pass", "nginx"], 0.6),
  bound(["pass", "lacquer-bun"], ["pass", "varnish"], 1.8),
  bound(["miss", "lacquer-bun"], ["miss", "nginx"], 0.5),
  bound(["log", "lacquer-bun"], ["log", "lacquer-bun", "log off"], 0.95),
  bound(["log", "lacquer-deno"], ["log", "lacquer-deno", "log off"], 0.95),
  bound(["log", "lacquer-node"], ["log", "lacquer-node", "log off"], 0.95),
];

/** A verdict on every bound of the scenarios and contenders that took part. */
export function judge(figures: Figures, bounds: readonly Bound[] = BOUNDS): readonly Verdict[] {
  return bounds.filter(({ place, base }) => tookPart(figures, place) && tookPart(figures, base)).map((bound) => {
    const one = findMeasured(figures, bound.place);
    const base = findMeasured(figures, bound.base);
    if (one === undefined || base === undefined) return { bound, outcome: "not measured" };
    const ratio = ratioOf(one, base);
    return { bound, outcome: ratio >= bound.atLeast ? "held" : "missed", ratio };
  });
}

function tookPart({ measured, failed }: Figures, place: Place): boolean {
  return [...measured, ...failed].some((one) => isAt(one, place));
}

type PlaceParts = readonly [scenario: string, contender: ContenderName, mark?: string];

function bound(place: PlaceParts, base: PlaceParts, atLeast: number): Bound {
  return { place: placeOf(place), base: placeOf(base), atLeast };
}

function placeOf([scenario, contender, mark = ""]: PlaceParts): Place {
  return { scenario, contender, mark };
}
