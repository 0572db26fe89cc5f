/**
 * What readers and writers do, in which order and with which pauses. It follows from the seed alone; how the steps of
 * one fall between those of another does not, since that depends on how fast everything is answered.
 */
import { Draw } from "../../test/support/coalescing-draw.ts";
import { contentLength } from "./content.ts";
import { type KeyTraits, type Language, LANGUAGES } from "./keys.ts";

/** What the cache that is checked can do. */
export interface Abilities {
  /** An answered POST takes its URL out of use. */
  readonly invalidatesByPost: boolean;
  readonly purgesSoftly: boolean;
}

export type ReadKind = "get" | "head" | "range" | "condition" | "leave waiting" | "leave reading";

export interface ReadStep {
  readonly key: number;
  readonly language: Language;
  readonly kind: ReadKind;
  /** First and last byte of a range. */
  readonly range: readonly [first: number, last: number];
  /** After so many milliseconds one who leaves is gone. */
  readonly patience: number;
  /** Milliseconds before the step. */
  readonly pause: number;
}

export const WRITE_KINDS = ["url", "tag", "prefix", "host", "ban", "all", "post"] as const;
export type WriteKind = (typeof WRITE_KINDS)[number];

export interface WriteStep {
  readonly key: number;
  readonly kind: WriteKind;
  readonly soft: boolean;
  /** Chooses between the ways to write what is purged. */
  readonly form: number;
  /** Milliseconds before the step. */
  readonly pause: number;
}

export interface PlanOptions {
  readonly seed: number;
  readonly traits: readonly KeyTraits[];
  readonly abilities: Abilities;
}

const READ_WEIGHTS: Readonly<Record<ReadKind, number>> = {
  "get": 70,
  "head": 6,
  "range": 8,
  "condition": 6,
  "leave waiting": 5,
  "leave reading": 5,
};

/** Purges of everything are rare, so that something is left to be hit. */
const WRITE_WEIGHTS: Readonly<Record<WriteKind, number>> = {
  url: 34,
  tag: 24,
  prefix: 14,
  ban: 14,
  post: 10,
  host: 2,
  all: 2,
};

/** So many keys get half of all steps, so that readers and writers meet. */
const HOT_KEYS = 8;

/** What one reader does, without end. Many of its steps ask for the same again, which most caches have by then. */
export function* readSteps(options: PlanOptions, reader: number): Generator<ReadStep> {
  const draw = drawOf(options.seed, 1 + reader * 2);
  let key = drawKey(draw, options.traits);
  let language = draw.pick(LANGUAGES)!;
  for (;;) {
    if (!draw.chance(40)) {
      key = drawKey(draw, options.traits);
      language = draw.pick(LANGUAGES)!;
    }
    const length = contentLength(options.traits[key]!);
    const first = draw.below(length);
    yield {
      key,
      language,
      kind: draw.weighted(READ_WEIGHTS),
      range: [first, first + draw.below(length - first)],
      patience: draw.below(150),
      pause: draw.below(12),
    };
  }
}

/** What one writer does, without end. Half of its steps follow close on one for the same key: in the midst of the fetch. */
export function* writeSteps(options: PlanOptions, writer: number): Generator<WriteStep> {
  const draw = drawOf(options.seed, 2 + writer * 2);
  const { invalidatesByPost, purgesSoftly } = options.abilities;
  const weights = { ...WRITE_WEIGHTS, post: invalidatesByPost ? WRITE_WEIGHTS.post : 0 };
  let key = drawKey(draw, options.traits);
  for (;;) {
    const isAgain = draw.chance(50);
    if (!isAgain) key = drawKey(draw, options.traits);
    const kind = draw.weighted(weights);
    const canBeSoft = purgesSoftly && kind !== "post" && !options.traits[key]!.isSentStale;
    const isSoft = draw.chance(30);
    const pause = isAgain ? 10 + draw.below(190) : 100 + draw.below(400);
    yield { key, kind, soft: canBeSoft && isSoft, form: draw.below(1000), pause };
  }
}

/** How long the origin takes over the nth request for a key, and pauses within its answer, in milliseconds. */
export function originDelays({ seed }: { seed: number }, key: number, nth: number): { before: number; within: number } {
  const draw = drawOf(seed, 1_000_003 + key * 1009 + nth * 9176);
  return { before: draw.below(201), within: 5 + draw.below(30) };
}

function drawKey(draw: Draw, traits: readonly KeyTraits[]): number {
  const isHot = draw.chance(50);
  return draw.below(isHot ? Math.min(HOT_KEYS, traits.length) : traits.length);
}

/** Neighbouring seeds and numbers give streams that have nothing to do with each other. */
function drawOf(seed: number, number: number): Draw {
  return new Draw(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b));
}
