/** A field name as we keep it: a lower-case token (RFC 9110 §5.1). */
export const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

/**
 * Members of a comma-separated field value (RFC 9110 §5.6.1), trimmed, empty ones left out.
 * Commas inside quoted strings do not separate; a quoted string that never ends takes the rest of the value.
 */
export function listMembers(value: string): string[] {
  return splitUnquoted(value, ",").map(trimWhitespace).filter((member) => member !== "");
}

/** The parts between separators that do not stand in a quoted string (RFC 9110 §5.6.4), as they are. */
export function splitUnquoted(value: string, separator: "," | ";"): string[] {
  if (!value.includes('"')) return value.split(separator);
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i < value.length; i++) {
    const character = value[i];
    if (character === '"') quoted = !quoted;
    else if (character === "\\" && quoted) i++;
    else if (character === separator && !quoted) {
      parts.push(value.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(value.slice(start));
  return parts;
}

/** Whether a value holds a quoted string that never ends, so that nobody can tell its members. */
export function hasOpenQuote(value: string): boolean {
  let quoted = false;
  for (let i = 0; i < value.length; i++) {
    if (value[i] === '"') quoted = !quoted;
    else if (value[i] === "\\" && quoted) i++;
  }
  return quoted;
}

/** A value without the optional whitespace around it: spaces and tabs only (RFC 9110 §5.6.3). */
export function trimWhitespace(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isWhitespace(value.charCodeAt(start))) start++;
  while (end > start && isWhitespace(value.charCodeAt(end - 1))) end--;
  return start === 0 && end === value.length ? value : value.slice(start, end);
}

function isWhitespace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
