import { CONNECTIONS, type Scenario, type Track } from "../speed/scenario.ts";
import { hitTrack } from "../speed/scenarios/hit.ts";
import { keysTrack } from "../speed/scenarios/keys.ts";
import { variant, varyTrack } from "../speed/scenarios/vary.ts";
import { SIZE_NAMES, SIZE_TITLES, SIZES } from "../speed/sizes.ts";

/** Something that grows while all else stays, and a scenario for each step. */
export interface Axis {
  readonly name: AxisName;
  readonly title: string;
  readonly points: readonly Point[];
  /** Rates that differ by more than a picture could show otherwise. */
  readonly isLogarithmic?: boolean;
}

export const AXIS_NAMES = ["keys", "variants", "connections", "size"] as const;

export type AxisName = typeof AXIS_NAMES[number];

export interface Point {
  readonly value: number;
  readonly label: string;
  readonly scenario: Scenario;
}

const TAGS = "ar bg ca cs da de el en es et fi fr ga he hi hr hu id is it ja ko lt lv nl no pl pt ro ru sk sv".split(
  " ",
);

export const AXES: readonly Axis[] = [
  {
    name: "keys",
    title: "Keys in store, 1 KB each",
    points: [["1,000", 1000], ["10,000", 10_000], ["100,000", 100_000], ["1,000,000", 1_000_000]].map(
      ([label, count]) => {
        return pointOf("keys", [Number(count), String(label)], { track: keysTrack(Number(count)), isHeavy: true });
      },
    ),
  },
  {
    name: "variants",
    title: "Variants of a response, 10 KB each",
    points: [1, 4, 12, TAGS.length].map((count) => {
      const variants = TAGS.slice(0, count).map((language) => variant("gzip", language));
      return pointOf("variants", [count, String(count)], { track: varyTrack(variants) });
    }),
  },
  {
    name: "connections",
    title: "Connections, 10 KB",
    points: [1, 8, 64, 512].map((count) => {
      return pointOf("connections", [count, String(count)], { track: hitTrack("10k", count) });
    }),
  },
  {
    name: "size",
    title: "Size of the body",
    isLogarithmic: true,
    points: SIZE_NAMES.map((name) => {
      return pointOf("size", [SIZES[name], SIZE_TITLES[name]], { track: hitTrack(name, CONNECTIONS) });
    }),
  },
];

function pointOf(
  axis: AxisName,
  [value, label]: [number, string],
  options: { track: Track; isHeavy?: boolean },
): Point {
  const { track, isHeavy = false } = options;
  return { value, label, scenario: { name: `${axis}-${value}`, title: `${axis}: ${label}`, tracks: [track], isHeavy } };
}
