/** Whether a text is what something asks for. */
export type TextPredicate = (text: string) => boolean;

/** `*` in a pattern; what is not negative is a character. */
const ANY_TEXT = -1;

/** `?` in a pattern. */
const ANY_CHARACTER = -2;

/**
 * Compares whole texts with a pattern in which `*` stands for any number of characters, `?` for one, and a backslash
 * makes the next character plain. A character is a code point. `undefined` for a pattern that ends in a backslash.
 * Takes no memory per text, and at most as many steps as the text and the pattern have characters multiplied.
 */
export function compileGlob(pattern: string): TextPredicate | undefined {
  const parts = globParts(pattern);
  return parts && ((text) => matchesParts(parts, text));
}

function globParts(pattern: string): readonly number[] | undefined {
  const parts: number[] = [];
  let isPlain = false;
  for (const character of pattern) {
    if (!isPlain && character === "\\") {
      isPlain = true;
      continue;
    }
    const part = isPlain ? characterAt(character, 0) : patternPart(character);
    if (part !== ANY_TEXT || parts.at(-1) !== ANY_TEXT) parts.push(part);
    isPlain = false;
  }
  return isPlain ? undefined : parts;
}

function patternPart(character: string): number {
  if (character === "*") return ANY_TEXT;
  return character === "?" ? ANY_CHARACTER : characterAt(character, 0);
}

/**
 * Where the text departs from the pattern, only the last `*` can still make up for it, by one character more: an
 * earlier one that took more would leave less for what follows. So there is one place to go back to, never a tree.
 */
function matchesParts(parts: readonly number[], text: string): boolean {
  let [at, part] = [0, 0];
  let [resumeAt, resumePart] = [0, -1];
  while (at < text.length) {
    const wanted = parts[part];
    const character = characterAt(text, at);
    if (wanted === ANY_TEXT) {
      resumeAt = at;
      resumePart = ++part;
    } else if (wanted === ANY_CHARACTER || wanted === character) {
      at += lengthOf(character);
      part++;
    } else if (resumePart === -1) {
      return false;
    } else {
      resumeAt += lengthOf(characterAt(text, resumeAt));
      at = resumeAt;
      part = resumePart;
    }
  }
  if (parts[part] === ANY_TEXT) part++;
  return part === parts.length;
}

function characterAt(text: string, at: number): number {
  return text.codePointAt(at) ?? 0;
}

/** How many positions of a text a character takes. */
function lengthOf(character: number): number {
  return character > 0xffff ? 2 : 1;
}
