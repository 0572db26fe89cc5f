import type { TextTest } from "./ban.ts";
import { compileGlob, type TextPredicate } from "./glob.ts";
import type { Members } from "./given-members.ts";
import { refusedFor, refusedItem } from "./refused-item.ts";
import { compileRegex } from "./regex.ts";

/** Ways to compare a text, by the names under which they are given. */
export const TEXT_TESTS = ["equals", "prefix", "glob", "regex"] as const;

/** Longest text that a condition may hold, in characters. */
export const MAX_TEXT = 2_048;

/** What a message says is accepted where a text is meant. */
const TEXT_FORM = "a text of at most 2,048 characters";

const GLOB_FORM = "a pattern that does not end in a backslash, unless another makes it plain";

/** A test of texts in the form in which it is remembered, and ready for use. */
export interface CompiledTest {
  readonly test: TextTest;
  readonly passes: TextPredicate;
}

/**
 * Reads the one test of a condition. `fold` gives it the form that the texts have; a regular expression is left as it
 * is, and says by itself (`(?i)`) whether case counts.
 */
export function compileTest(members: Members, path: string, fold = asItIs): CompiledTest {
  const given = TEXT_TESTS.filter((name) => members.has(name));
  const [name] = given;
  if (name === undefined || given.length > 1) throw refusedFor(path, countProblem(given));
  const text = readText(members.get(name), `${path}.${name}`);
  switch (name) {
    case "equals":
      return equalsTest(fold(text));
    case "prefix":
      return prefixTest(fold(text));
    case "glob":
      return globTest(fold(text), `${path}.glob`);
    case "regex":
      return regexTest(text, `${path}.regex`);
  }
}

function readText(given: unknown, path: string): string {
  if (typeof given !== "string" || given.length > MAX_TEXT) throw refusedItem(path, given, TEXT_FORM);
  return given;
}

function equalsTest(equals: string): CompiledTest {
  return { test: { equals }, passes: (text) => text === equals };
}

function prefixTest(prefix: string): CompiledTest {
  return { test: { prefix }, passes: (text) => text.startsWith(prefix) };
}

function globTest(glob: string, path: string): CompiledTest {
  const passes = compileGlob(glob);
  if (passes === undefined) throw refusedItem(path, glob, GLOB_FORM);
  return { test: { glob }, passes };
}

function regexTest(regex: string, path: string): CompiledTest {
  const compiled = compileRegex(regex);
  if ("accepted" in compiled) throw refusedItem(path, regex, compiled.accepted);
  return { test: { regex }, passes: compiled.finds };
}

function countProblem(given: readonly string[]): string {
  return `given ${given.join(" and ") || "no test"}, accepted: exactly one of ${TEXT_TESTS.join(", ")}`;
}

function asItIs(text: string): string {
  return text;
}
