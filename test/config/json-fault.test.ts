import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { findJsonFault } from "../../src/config/json-fault.ts";

test("findJsonFault() gives line and column of what cannot stand there", () => {
  assert.deepEqual(findJsonFault('{\n  "a": 1,\n}'), { line: 3, column: 1 });
  assert.deepEqual(findJsonFault('{"a" 1}'), { line: 1, column: 6 });
  assert.deepEqual(findJsonFault('{"a": nil}'), { line: 1, column: 7 });
  assert.deepEqual(findJsonFault("{} x"), { line: 1, column: 4 });
  assert.deepEqual(findJsonFault('["a'), { line: 1, column: 4 });
  assert.deepEqual(findJsonFault(""), { line: 1, column: 1 });
});

test("findJsonFault() finds none in any JSON", () => {
  fc.assert(fc.property(fc.json(), (text) => findJsonFault(text) === undefined));
});

test("findJsonFault() finds one exactly when JSON.parse refuses", () => {
  const broken = fc.tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", "}", '"', "x", "\n", "0", "\\"));
  fc.assert(fc.property(broken, ([json, at, inserted]) => {
    const offset = at % (json.length + 1);
    const text = json.slice(0, offset) + inserted + json.slice(offset + (inserted === "" ? 1 : 0));
    return (findJsonFault(text) === undefined) === isJson(text);
  }));
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Refused is the other answer.
    return false;
  }
}
