import type { KeyTraits, Language } from "./keys.ts";

/** One version of a key, in the language that it is asked for in, if it varies. */
export interface Edition {
  readonly traits: KeyTraits;
  readonly version: number;
  readonly language: Language;
}

const LINE_BYTES = 64;
const SMALL_LINES = 8;
const LARGE_LINES = 1600;

/** Its bytes. Every line says which version it is of, so that a part of one can be told from a part of another. */
export function contentOf(edition: Edition): string {
  const { traits: { key, isLarge }, version } = edition;
  const line = `key ${key} version ${version} ${languageOf(edition)}`.padEnd(LINE_BYTES - 1, ".");
  return `${line}\n`.repeat(isLarge ? LARGE_LINES : SMALL_LINES);
}

export function contentLength({ isLarge }: KeyTraits): number {
  return LINE_BYTES * (isLarge ? LARGE_LINES : SMALL_LINES);
}

export function entityTag(edition: Edition): string {
  return `"k${edition.traits.key}-v${edition.version}-${languageOf(edition)}"`;
}

/** The version that an entity tag is of; `undefined` when it is none of ours. */
export function versionOfTag(tag: string | undefined): number | undefined {
  const digits = /^"k\d+-v(\d+)-/.exec(tag ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The oldest version that any whole line of these bytes is of; `undefined` when there is no such line. */
export function oldestVersionIn(bytes: string): number | undefined {
  const versions = [...bytes.matchAll(/^key \d+ version (\d+) /gm)].map(([, digits]) => Number(digits));
  return versions.length === 0 ? undefined : versions.reduce((oldest, version) => Math.min(oldest, version));
}

function languageOf({ traits, language }: Edition): Language {
  return traits.variesByLanguage ? language : "en";
}
