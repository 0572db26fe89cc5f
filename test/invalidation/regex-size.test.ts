import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RE2JS } from "re2js";
import { regexSize } from "../../src/invalidation/regex-size.ts";

test("regexSize() counts steps with repeat counts written out", () => {
  const table: [pattern: string, size: number][] = [
    ["", 0],
    ["abc", 3],
    ["a{10}", 10],
    ["ab{10}", 11],
    ["[a-z]{10}", 10],
    ["[]a]{10}", 10],
    ["[[:alpha:]{5}]{10}", 10],
    ["[\\]{5}]{10}", 10],
    ["\\{5}", 3],
    ["\\x{1000}", 1],
    ["a{1,10}", 20],
    ["a{10,}", 22],
    ["a{,10}", 6],
    ["(abc){10}", 60],
    ["(?:a{10}){10}", 10 * (3 + 2 + 1 + 10)],
    ["\\Qa{9}\\E{10}", 13],
    ["\\Qa{9}\\E{0}", 3],
    ["a\\Q\\E{10}", 10],
    ["a|b", 4],
    ["a*", 3],
  ];
  for (const [pattern, size] of table) assert.equal(regexSize(pattern), size, pattern);
});

test("regexSize() takes a parenthesis that is not open to close all that stands before it", () => {
  assert.ok(regexSize("abc){100}") >= 300);
  assert.ok(regexSize("(ab)c){100}") >= 300);
});

test("regexSize() is never less than what is made of the pattern, whatever is in it", () => {
  const count = fc.tuple(fc.nat(6), fc.nat(6)).map((
    [least, more],
  ) => [`{${least}}`, `{${least},}`, `{${least},${least + more}}`])
    .chain((forms) => fc.constantFrom(...forms));
  const atom = fc.constantFrom(
    ...[
      "a",
      "é",
      "😀",
      ".",
      "\\d",
      "\\.",
      "\\{",
      "\\(",
      "\\)",
      "\\x{41}",
      "\\x41",
      "\\Qa(b\\E",
      "\\Q)\\E",
      "\\Q{9}\\E",
    ],
    ...["[a-z]", "[^a]", "[(]", "[)]", "[])]", "[^])]", "[[:alpha:](]", "[\\])]", "[a{9}]", "^", "$", "\\b", "()"],
  );
  const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
    pattern: fc.oneof(
      { maxDepth: 5 },
      atom,
      fc.tuple(tie("pattern"), tie("pattern")).map(([left, right]) => left + right),
      fc.tuple(tie("pattern"), tie("pattern")).map(([left, right]) => `${left}|${right}`),
      fc.tuple(tie("pattern"), fc.oneof(count, fc.constantFrom("*", "+", "?", "*?"))).map(([one, times]) =>
        `(${one})${times}`
      ),
      fc.tuple(atom, fc.oneof(count, fc.constantFrom("*", "+", "?"))).map(([one, times]) => one + times),
      tie("pattern").map((inner) => `(?i:${inner})`),
      tie("pattern").map((inner) => `(?P<n>${inner})`),
    ),
  }));
  let compared = 0;
  fc.assert(
    fc.property(pattern, (source) => {
      const real = programSize(source);
      if (real === undefined) return;
      compared++;
      assert.ok(regexSize(source) + 3 >= real, `${source}: ${regexSize(source)} for ${real}`);
    }),
    { numRuns: 2_000 },
  );
  assert.ok(compared > 500, String(compared));
});

/** What it becomes, beyond the steps that begin and end it; `undefined` when it cannot be compiled. */
function programSize(source: string): number | undefined {
  try {
    return RE2JS.compile(source).programSize();
  } catch {
    return undefined;
  }
}
