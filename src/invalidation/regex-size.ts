/** Takes a pattern apart: quoted text, escapes, character classes, repeat counts; any other character by itself. */
const TOKEN = new RegExp(
  [
    /\\Q(?<quoted>[^]*?)(?:\\E|$)/,
    /\\x\{[0-9A-Fa-f]*\}|\\[^]?/,
    /\[\^?\]?(?:\[:\^?[a-z]*:\]|\\[^]|[^\]\\])*\]/,
    /\{(?<least>\d+)(?<range>,(?<most>\d*))?\}/,
    /[^]/,
  ].map((alternative) => alternative.source).join("|"),
  "g",
);

/** The named parts of a token. */
type Parts = Readonly<Record<string, string | undefined>>;

/** Steps of what has been read within one pair of parentheses. */
interface Level {
  before: number;
  /** Of what a repeat count that comes now would repeat. */
  last: number;
}

/**
 * At most how many steps a regular expression has once its repeat counts are written out: `(ab){50}` has more than a
 * hundred. Known without writing them out, which can make a million steps of a thousand characters. Not defined for
 * what is no regular expression, but takes no longer for it.
 */
export function regexSize(pattern: string): number {
  const outer: Level[] = [];
  let level: Level = { before: 0, last: 0 };
  for (const { 0: token, groups = {} } of pattern.matchAll(TOKEN)) {
    if (token === "(") {
      outer.push(level);
      level = { before: 0, last: 0 };
    } else if (token === ")") {
      const group = sizeOf(level) + 3;
      level = outer.pop() ?? { before: 0, last: 0 };
      append(level, group);
    } else {
      read(token, groups, level);
    }
  }
  return outer.reduce((size, open) => size + sizeOf(open), sizeOf(level));
}

function read(token: string, parts: Parts, level: Level): void {
  if (parts["least"] !== undefined) level.last = repeatedSize(parts, level.last);
  else if (parts["quoted"] !== undefined) appendText(level, parts["quoted"]);
  else if (token === "*" || token === "+" || token === "?") level.last += 2;
  else append(level, token === "|" ? 2 : 1);
}

/** Copies that may be left out take a step more each, to choose. */
function repeatedSize({ least, range, most }: Parts, once: number): number {
  if (range === undefined) return Number(least) * once;
  const copies = most === "" ? Number(least) + 1 : Number(most);
  return copies * (once + 1);
}

function append(level: Level, size: number): void {
  level.before += level.last;
  level.last = size;
}

/** A repeat count that comes next repeats only the last character. */
function appendText(level: Level, text: string): void {
  if (text === "") return;
  append(level, text.length - 1);
  append(level, 1);
}

function sizeOf(level: Level): number {
  return level.before + level.last;
}
