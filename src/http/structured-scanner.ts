import type { BareItem } from "./structured-fields.ts";

const KEY = /[a-z*][a-z0-9_.*-]*/y;
const NUMBER = /(-?)([0-9]+)(?:\.([0-9]+))?/y;
const TOKEN = /[A-Za-z*][A-Za-z0-9:/!#$%&'*+.^_`|~-]*/y;
const STRING = /"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"/y;
const BYTES = /:([A-Za-z0-9+/]*={0,2}):/y;
const BOOLEAN = /\?([01])/y;
const DISPLAY_STRING = /%"((?:[\x20\x21\x23\x24\x26-\x7e]|%[0-9a-f]{2})*)"/y;
const SPACES = / */y;
const WHITESPACE = /[ \t]*/y;

/** Longer numbers are not exact everywhere (RFC 9651 §3.3.1, §3.3.2). */
const MAX_INTEGER_DIGITS = 15;
const MAX_WHOLE_DIGITS = 12;
const MAX_FRACTION_DIGITS = 3;

/** Reads the smallest pieces of a Structured Field value, from left to right (RFC 9651 §4.2.3). */
export class StructuredScanner {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#position === this.#text.length;
  }

  /** Whether the next character is one of these. */
  isAt(...characters: readonly string[]): boolean {
    return characters.includes(this.#text.charAt(this.#position));
  }

  /** Moves past the next character if it is this one. */
  take(character: string): boolean {
    if (this.#text.charAt(this.#position) !== character) return false;
    this.#position++;
    return true;
  }

  skipSpaces(): void {
    this.#match(SPACES);
  }

  /** Spaces and tabs. */
  skipWhitespace(): void {
    this.#match(WHITESPACE);
  }

  readKey(): string | undefined {
    return this.#match(KEY)?.[0];
  }

  readBareItem(): BareItem | undefined {
    switch (this.#text.charAt(this.#position)) {
      case '"':
        return this.#readString();
      case ":":
        return this.#readBytes();
      case "?":
        return this.#readBoolean();
      case "@":
        return this.#readDate();
      case "%":
        return this.#readDisplayString();
      default:
        return this.#readNumber() ?? this.#readToken();
    }
  }

  #readString(): BareItem | undefined {
    const content = this.#match(STRING)?.[1];
    return content === undefined ? undefined : { type: "string", value: content.replace(/\\(.)/g, "$1") };
  }

  /** Padding may be missing (§4.2.7). */
  #readBytes(): BareItem | undefined {
    const base64 = this.#match(BYTES)?.[1]?.replace(/=+$/, "");
    if (base64 === undefined || base64.length % 4 === 1) return undefined;
    return { type: "bytes", value: Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)) };
  }

  #readBoolean(): BareItem | undefined {
    const digit = this.#match(BOOLEAN)?.[1];
    return digit === undefined ? undefined : { type: "boolean", value: digit === "1" };
  }

  #readDate(): BareItem | undefined {
    this.take("@");
    const seconds = this.#readNumber();
    return seconds?.type === "integer" ? { type: "date", value: seconds.value } : undefined;
  }

  #readNumber(): BareItem | undefined {
    const match = this.#match(NUMBER);
    if (match === null || this.isAt(".")) return undefined;
    const [text, , whole = "", fraction] = match;
    if (fraction === undefined) {
      return whole.length > MAX_INTEGER_DIGITS ? undefined : { type: "integer", value: Number(text) };
    }
    const isExact = whole.length <= MAX_WHOLE_DIGITS && fraction.length <= MAX_FRACTION_DIGITS;
    return isExact ? { type: "decimal", value: Number(text) } : undefined;
  }

  #readToken(): BareItem | undefined {
    const value = this.#match(TOKEN)?.[0];
    return value === undefined ? undefined : { type: "token", value };
  }

  #readDisplayString(): BareItem | undefined {
    const content = this.#match(DISPLAY_STRING)?.[1];
    if (content === undefined) return undefined;
    try {
      return { type: "display-string", value: decodeURIComponent(content) };
    } catch {
      return undefined; // the bytes are not UTF-8
    }
  }

  /** Moves past what matches here. */
  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#position = pattern.lastIndex;
    return match;
  }
}
