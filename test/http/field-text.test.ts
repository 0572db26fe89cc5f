import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fieldText } from "../../src/http/field-text.ts";

function bytesOf(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

test("fieldText() gives back every text that was sent as UTF-8", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => assert.equal(fieldText(bytesOf(text)), text)));
  for (const text of ["", "a", "caf\u00e9", "\u00e0", "\ufeffa", "\u4e16"]) {
    assert.equal(fieldText(bytesOf(text)), text);
  }
});

test("fieldText() leaves what is no UTF-8, or not one character per byte", () => {
  for (const value of ["caf\xe9", "\xff", "\xc3", "\xed\xa0\x80", "\u4e16", "a\u0100\xc3\xa9"]) {
    assert.equal(fieldText(value), value);
  }
});
