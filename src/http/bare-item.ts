/** A value without parameters, of one of the eight types that structured fields have (RFC 9651 §3.3). */
export type BareItem =
  | { readonly type: "integer"; readonly value: number }
  | { readonly type: "decimal"; readonly value: number }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "token"; readonly value: string }
  | { readonly type: "byte-sequence"; readonly value: Uint8Array }
  | { readonly type: "boolean"; readonly value: boolean }
  /** Seconds since the Unix epoch, before it below zero. */
  | { readonly type: "date"; readonly value: number }
  /** The decoded text, which may hold any character of Unicode. */
  | { readonly type: "display-string"; readonly value: string };

/** How far a text has been read. */
export interface Cursor {
  readonly text: string;
  position: number;
}

const INTEGER_DIGITS = 15;
const DECIMAL_INTEGER_DIGITS = 12;
const DECIMAL_FRACTION_DIGITS = 3;

const NUMBER = /-?([0-9]+)(\.[0-9]*)?/y;
const TOKEN = /[A-Za-z*][A-Za-z0-9!#$%&'*+\-.^_`|~:/]*/y;
const BASE64 = /:([A-Za-z0-9+/]*)(={0,2}):/y;
const BOOLEAN = /\?[01]/y;
const DISPLAY_STRING = /%"([\x20\x21\x23-\x7e]*)"/y;
/** A percent sign that does not start an escape: those are two digits, and letters among them are lower-case. */
const LOOSE_PERCENT = /%(?![0-9a-f]{2})/;

/** Reads one bare item and moves the cursor behind it; `undefined` when there is none (RFC 9651 §4.2.3.1). */
export function readBareItem(cursor: Cursor): BareItem | undefined {
  const first = cursor.text[cursor.position] ?? "";
  switch (first) {
    case '"':
      return readString(cursor);
    case ":":
      return readByteSequence(cursor);
    case "?":
      return readBoolean(cursor);
    case "@":
      return readDate(cursor);
    case "%":
      return readDisplayString(cursor);
    default:
      return "-0123456789".includes(first) ? readNumber(cursor) : readToken(cursor);
  }
}

/** What `pattern`, a sticky one, matches at the cursor, which moves behind the match. */
export function readPattern(cursor: Cursor, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = cursor.position;
  const match = pattern.exec(cursor.text);
  if (match === null) return undefined;
  cursor.position = pattern.lastIndex;
  return match;
}

/** An integer or a decimal; one with more digits than its type has is neither (§4.2.4). */
function readNumber(cursor: Cursor): BareItem | undefined {
  const match = readPattern(cursor, NUMBER);
  if (match === undefined) return undefined;
  const [text, integer = "", fraction] = match;
  if (fraction === undefined) {
    return integer.length <= INTEGER_DIGITS ? { type: "integer", value: Number(text) } : undefined;
  }
  const fractionDigits = fraction.length - 1;
  const isDecimal = integer.length <= DECIMAL_INTEGER_DIGITS &&
    fractionDigits >= 1 && fractionDigits <= DECIMAL_FRACTION_DIGITS;
  return isDecimal ? { type: "decimal", value: Number(text) } : undefined;
}

/** A string: printable ASCII, and no escapes but `\"` and `\\` (§4.2.5). */
function readString(cursor: Cursor): BareItem | undefined {
  const start = cursor.position + 1;
  let hasEscapes = false;
  for (let i = start; i < cursor.text.length; i++) {
    const character = cursor.text.charCodeAt(i);
    if (character === 0x22) {
      cursor.position = i + 1;
      const raw = cursor.text.slice(start, i);
      return { type: "string", value: hasEscapes ? raw.replace(/\\(.)/g, "$1") : raw };
    }
    if (character === 0x5c) {
      hasEscapes = true;
      const escaped = cursor.text[++i];
      if (escaped !== '"' && escaped !== "\\") return undefined;
    } else if (character < 0x20 || character > 0x7e) return undefined;
  }
  return undefined;
}

function readToken(cursor: Cursor): BareItem | undefined {
  const match = readPattern(cursor, TOKEN);
  return match && { type: "token", value: match[0] };
}

/** Bytes in base64. Padding may be missing, and the bits it covers may be set (§4.2.7). */
function readByteSequence(cursor: Cursor): BareItem | undefined {
  const [, digits, padding = ""] = readPattern(cursor, BASE64) ?? [];
  if (digits === undefined || digits.length % 4 === 1) return undefined;
  if (padding !== "" && (digits.length + padding.length) % 4 !== 0) return undefined;
  return { type: "byte-sequence", value: Uint8Array.from(atob(digits), (byte) => byte.charCodeAt(0)) };
}

function readBoolean(cursor: Cursor): BareItem | undefined {
  const match = readPattern(cursor, BOOLEAN);
  return match && { type: "boolean", value: match[0] === "?1" };
}

function readDate(cursor: Cursor): BareItem | undefined {
  cursor.position++;
  const seconds = readNumber(cursor);
  return seconds?.type === "integer" ? { type: "date", value: seconds.value } : undefined;
}

/** Text of which every byte beyond printable ASCII is escaped and which is UTF-8 once decoded (§4.2.10). */
function readDisplayString(cursor: Cursor): BareItem | undefined {
  const encoded = readPattern(cursor, DISPLAY_STRING)?.[1];
  if (encoded === undefined || LOOSE_PERCENT.test(encoded)) return undefined;
  try {
    return { type: "display-string", value: decodeURIComponent(encoded) };
  } catch {
    return undefined; // Not UTF-8. There is no other way to ask.
  }
}
