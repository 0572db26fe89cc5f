const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The text that a field value of one character per byte stands for: UTF-8, which is what is sent by now, or ISO 8859-1
 * where it is not that (RFC 9110 §5.5).
 */
export function fieldText(value: string): string {
  if (/^[\x20-\x7e]*$/.test(value) || /[^\0-\xff]/.test(value)) return value;
  try {
    return utf8.decode(Uint8Array.from(value, (character) => character.charCodeAt(0)));
  } catch {
    return value; // not UTF-8, the one thing that decoding can fail with
  }
}
