import { Draw } from "./coalescing-draw.ts";
import type { Fields } from "./coalescing-fields.ts";
import { type KindName, LIKELY_KINDS } from "./coalescing-origin.ts";

/** What stays the same during one run of the model. */
export interface Settings {
  readonly coalescing: {
    readonly shareNoCache: boolean;
    readonly maxSpeculative: number;
    readonly routes: readonly { readonly path: string; readonly public: boolean; readonly vary?: readonly string[] }[];
  };
  readonly memoryBytes: number;
  /** What clients ask for, and what they say. */
  readonly paths: readonly string[];
  readonly accepts: readonly string[];
  readonly credentials: readonly Fields[];
  /** So many come at once at most. */
  readonly burst: number;
  /** How each path is mostly answered. */
  readonly kinds: ReadonlyMap<string, readonly KindName[]>;
  /** So many of a hundred origin requests fail. */
  readonly failures: number;
}

/** The paths of one route. */
export const ALL_PATHS = ["/pages/1", "/pages/2", "/pages/3"];

/** Smaller than the largest body of the origin, and larger than all others. */
export const MAX_OBJECT_BYTES = 200;

const ACCEPTS = ["text/html", "application/json", "image/png", "text/plain"];
const CREDENTIALS: readonly Fields[] = [{ cookie: "a" }, { cookie: "b" }, { authorization: "Basic YTpi" }];
const FAILURES = [0, 0, 5, 12, 30];
const BURSTS = [1, 4, 8];

/** The settings that a seed says. */
export function settingsOf(seed: number): Settings {
  const draw = new Draw(seed ^ 0x5eed);
  return {
    coalescing: {
      shareNoCache: draw.chance(40),
      maxSpeculative: 1 + draw.below(4),
      routes: draw.chance(30) ? [routeBy(draw)] : [],
    },
    memoryBytes: draw.chance(30) ? 6_000 + draw.below(6_000) : 1_000_000,
    paths: ALL_PATHS.slice(0, 1 + draw.below(3)),
    accepts: ACCEPTS.slice(0, 1 + draw.below(4)),
    credentials: [{}, ...CREDENTIALS.slice(0, draw.below(4))],
    burst: draw.pick(BURSTS)!,
    kinds: new Map(ALL_PATHS.map((path) => [path, kindsBy(draw)])),
    failures: draw.pick(FAILURES)!,
  };
}

function kindsBy(draw: Draw): KindName[] {
  return Array.from({ length: 1 + draw.below(3) }, () => draw.pick(LIKELY_KINDS)!);
}

function routeBy(draw: Draw) {
  return {
    path: "/pages/*",
    public: draw.chance(60),
    ...(draw.chance(50) && { vary: [draw.pick(["accept", "cookie"])!] }),
  };
}
