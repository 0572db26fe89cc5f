import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hasOpenQuote, listMembers, splitUnquoted, trimWhitespace } from "../../src/http/field-list.ts";

test("listMembers() splits at commas outside quoted strings and leaves empty members out (RFC 9110 §5.6.1)", () => {
  const table: [string, string[]][] = [
    ["", []],
    [" , ,\t,", []],
    ["a", ["a"]],
    ["a,b ,\tc", ["a", "b", "c"]],
    [",a,,b,", ["a", "b"]],
    ['a="b,c", d', ['a="b,c"', "d"]],
    ['"a\\",b", c', ['"a\\",b"', "c"]],
    ['"a\\\\", c', ['"a\\\\"', "c"]],
    ["a\\,b", ["a\\", "b"]], // a backslash escapes only inside quotes
    ['a, "never, ends', ["a", '"never, ends']],
    ['"ends in \\', ['"ends in \\']],
    ["\u00a0a", ["\u00a0a"]], // no whitespace in HTTP
  ];
  for (const [value, members] of table) assert.deepEqual(listMembers(value), members, value);
});

test("splitUnquoted() keeps empty parts and whitespace, and any separator but its own", () => {
  assert.deepEqual(splitUnquoted('a/b; c="x;y",;', ";"), ["a/b", ' c="x;y",', ""]);
  assert.deepEqual(splitUnquoted("", ";"), [""]);
});

test("hasOpenQuote() finds a quoted string that never ends", () => {
  for (const value of ['"', 'a, "b', '"a" "', '"a\\"']) assert.ok(hasOpenQuote(value), value);
  for (const value of ["", '""', '"a\\"b"', '\\""', "a"]) assert.ok(!hasOpenQuote(value), value);
});

test("splitUnquoted() loses no character: its parts joined are the value", () => {
  const text = fc.string({ unit: fc.constantFrom("a", ",", ";", '"', "\\", " ") });
  fc.assert(
    fc.property(text, fc.constantFrom(",", ";"), (value, separator) => {
      assert.equal(splitUnquoted(value, separator).join(separator), value);
    }),
    { numRuns: 1000 },
  );
});

test("listMembers() reads the list it is joined from back, whatever whitespace and empty members are added", () => {
  const member = fc.oneof(
    fc.stringMatching(/^[a-z=]{1,8}$/),
    fc.stringMatching(/^"([a-z,; ]|\\["\\])*"$/),
  );
  const gap = fc.constantFrom(",", ", ", " ,\t", ",,", ", , ");
  fc.assert(
    fc.property(fc.array(member), gap, (members, separator) => {
      assert.deepEqual(listMembers(members.join(separator)), members);
    }),
    { numRuns: 500 },
  );
});

test("trimWhitespace() takes spaces and tabs off both ends and nothing else (RFC 9110 §5.6.3)", () => {
  const table = [["", ""], [" \t ", ""], ["\t a b\t ", "a b"], ["\n a", "\n a"], ["a\u00a0", "a\u00a0"]] as const;
  for (const [value, trimmed] of table) assert.equal(trimWhitespace(value), trimmed);
});
