import { RE2JS, RE2JSSyntaxException, RE2Set } from "re2js";
import type { TextPredicate } from "./glob.ts";
import { regexSize } from "./regex-size.ts";

const MAX_CHARACTERS = 1_000;

/** A text takes at most this many times its length to compare. Hardly a pattern without repeat counts comes near it. */
const MAX_SIZE = 1_500;

/** Memory for what is learned of a pattern while it is used; beyond it, comparing is slower. */
const LEARNED_BYTES = 32 * 1024;

/** `i` among the flags of a pattern or of a group. */
const IGNORES_CASE = /\(\?[A-Za-z-]*i/;

/** Characters that are not ASCII, themselves or by their number. */
const BEYOND_ASCII = /[^\0-\x7f]|\\x\{/;

/** What a message says is accepted where a regular expression is meant. */
const REGEX_FORM = "a regular expression in RE2 syntax, without back-references, look-around and Unicode classes";

/** A regular expression ready for use, or what one is and this is not. */
export type Regex = { readonly finds: TextPredicate } | { readonly accepted: string };

/**
 * Finds a regular expression (RE2 syntax) anywhere in texts, in time linear in their length, whatever it is. Unicode
 * classes such as `\p{Greek}` are refused, since each takes kilobytes, many times over in a short pattern.
 */
export function compileRegex(pattern: string): Regex {
  if (pattern.length > MAX_CHARACTERS) return { accepted: `${REGEX_FORM}, of at most 1,000 characters` };
  const isSmall = regexSize(pattern) <= MAX_SIZE;
  if (!isSmall) return { accepted: `${REGEX_FORM}, of at most 1,500 steps with its repeat counts written out` };
  if (foldsWide(pattern)) return { accepted: `${REGEX_FORM}, in ASCII where it ignores case` };
  // A set, even of one, because it can be told how much memory it may take.
  const set = new RE2Set(RE2Set.UNANCHORED, RE2JS.DISABLE_UNICODE_GROUPS, LEARNED_BYTES);
  try {
    set.add(pattern);
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return { accepted: `${REGEX_FORM} (${faultOf(error)})` };
    throw error;
  }
  return { finds: (text) => set.match(text).length > 0 };
}

/** A range of thousands of characters is gone through one by one for their other cases: a pattern could take seconds. */
function foldsWide(pattern: string): boolean {
  return IGNORES_CASE.test(pattern) && BEYOND_ASCII.test(pattern);
}

function faultOf(error: RE2JSSyntaxException): string {
  const part = error.getPattern();
  return part ? `${error.getDescription()}: ${JSON.stringify(part.slice(0, 100))}` : error.getDescription();
}
