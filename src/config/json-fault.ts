// Where a JSON text stops being JSON. The three runtimes word the errors of `JSON.parse` differently and one of them
// gives no position, so the place is found here. Only asked once `JSON.parse` has refused the text.

/** Line and column, both from 1, of the first character that cannot stand where it stands. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
}

/** The place where `text` stops being JSON, or `undefined` when it is JSON throughout. */
export function findJsonFault(text: string): JsonFault | undefined {
  const offset = new JsonScanner(text).fault();
  if (offset === undefined) return undefined;
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

const WHITESPACE = /[ \t\r\n]*/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING_START = /"(?:[ -!#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/uy;

/** One pass over a text; each method moves past what it accepts, and is false when it stands before a fault. */
class JsonScanner {
  readonly #text: string;
  #offset = 0;

  constructor(text: string) {
    this.#text = text;
  }

  fault(): number | undefined {
    if (!this.#value()) return this.#offset;
    this.#skip(WHITESPACE);
    return this.#offset === this.#text.length ? undefined : this.#offset;
  }

  #value(): boolean {
    this.#skip(WHITESPACE);
    if (this.#take("{")) return this.#items("}", () => this.#member());
    if (this.#take("[")) return this.#items("]", () => this.#value());
    return this.#text[this.#offset] === '"' ? this.#string() : this.#skip(SCALAR);
  }

  #items(end: string, item: () => boolean): boolean {
    this.#skip(WHITESPACE);
    if (this.#take(end)) return true;
    do {
      if (!item()) return false;
      this.#skip(WHITESPACE);
    } while (this.#take(","));
    return this.#take(end);
  }

  #member(): boolean {
    this.#skip(WHITESPACE);
    if (!this.#string()) return false;
    this.#skip(WHITESPACE);
    return this.#take(":") && this.#value();
  }

  #string(): boolean {
    return this.#skip(STRING_START) && this.#take('"');
  }

  #take(character: string): boolean {
    if (this.#text[this.#offset] !== character) return false;
    this.#offset++;
    return true;
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#offset;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#offset += match[0].length;
    return match !== null;
  }
}
