import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { TextPredicate } from "../../src/invalidation/glob.ts";
import { compileRegex } from "../../src/invalidation/regex.ts";

function regex(pattern: string): TextPredicate {
  const compiled = compileRegex(pattern);
  assert.ok("finds" in compiled, pattern);
  return compiled.finds;
}

function refusal(pattern: string): string {
  const compiled = compileRegex(pattern);
  assert.ok("accepted" in compiled, pattern);
  return compiled.accepted;
}

test("compileRegex() finds a pattern anywhere in a text", () => {
  const table: [pattern: string, matching: string[], others: string[]][] = [
    ["", ["", "a"], []],
    ["b+", ["b", "abbc"], ["", "a"]],
    ["^/blog/[0-9]{4}/", ["/blog/2024/x"], ["/blog/24/", "x/blog/2024/"]],
    ["\\.jpg$", ["a.jpg"], ["a.jpg?v=1", "ajpg"]],
    ["^(a|bc)$", ["a", "bc"], ["ab", ""]],
    ["(?i)HTML", ["text/html"], ["htm"]],
    ["\\bfoo\\b", ["a foo b", "foo"], ["food"]],
    ["^.$", ["a", "é", "😀"], ["", "ab"]],
    ["\\Qa.b\\E+", ["a.bb"], ["aab"]],
    ["[[:digit:]]", ["a1"], ["a"]],
    ["(?P<year>\\d+)", ["2024"], ["x"]],
    ["a{1000}", ["a".repeat(1000)], ["a".repeat(999)]],
  ];
  for (const [pattern, matching, others] of table) {
    const finds = regex(pattern);
    for (const text of matching) assert.equal(finds(text), true, `${pattern} ${text}`);
    for (const text of others) assert.equal(finds(text), false, `${pattern} ${text}`);
  }
});

test("compileRegex() refuses what cannot be found in linear time, and says why", () => {
  const table: [pattern: string, reason: string][] = [
    ["(a)\\1", '(invalid escape sequence: "\\\\1")'],
    ["(?P<x>a)(?P=x)", "(invalid or unsupported Perl syntax: "],
    ["a(?=b)", "(invalid or unsupported Perl syntax: "],
    ["a(?!b)", "(invalid or unsupported Perl syntax: "],
    ["(?<=a)b", "(invalid named capture"],
    ["(?<!a)b", "(invalid named capture"],
    ["(?>a)", "(invalid or unsupported Perl syntax: "],
    ["a**", "(invalid nested repetition operator: "],
    ["(a", "(missing closing ): "],
    ["a)", "(unexpected ): "],
    ["[a", "(missing closing ]: "],
    ["*a", "(missing argument to repetition operator: "],
    ["a\\", "(trailing backslash at end of expression"],
    ["a{1001}", "(invalid repeat count: "],
    ["\\p{Greek}", '(invalid escape sequence: "\\\\p")'],
  ];
  for (const [pattern, reason] of table) {
    const accepted = refusal(pattern);
    assert.ok(accepted.startsWith("a regular expression in RE2 syntax, without back-references, look-around"), pattern);
    assert.ok(accepted.includes(reason), `${pattern}: ${accepted}`);
  }
});

test("compileRegex() refuses patterns that are long, or become so when their counts are written out", () => {
  assert.ok("finds" in compileRegex("a".repeat(1_000)));
  assert.match(refusal("a".repeat(1_001)), /of at most 1,000 characters$/);
  for (const pattern of ["(a{1000}){1000}", "(a{40}){40}", "a{1000}b{1000}", `(${"a".repeat(900)}){2}`]) {
    assert.match(refusal(pattern), /of at most 1,500 steps/, pattern);
  }
});

test("compileRegex() refuses to look for the other case of thousands of characters", () => {
  for (const pattern of ["(?i)[B-\\x{1E000}]", "(?i)é", "a(?s-U:b)(?si:[À-😀])"]) {
    assert.match(refusal(pattern), /, in ASCII where it ignores case$/, pattern);
  }
  assert.equal(regex("[B-\\x{1E000}]é")("cé"), true);
  assert.equal(regex("(?i)[^a]\\xE9")("bÉ"), true);
});

test("compileRegex() finds what a backtracking search would take forever not to find", () => {
  assert.equal(regex("(a+)+$")(`${"a".repeat(64 * 1024)}b`), false);
  assert.equal(regex("(a+)+$")("a".repeat(64 * 1024)), true);
  assert.equal(regex("(a|aa)+$")(`${"a".repeat(64 * 1024)}b`), false);
  assert.equal(regex("(.*)*,(.*)*;")("a,".repeat(32 * 1024)), false);
});

test("compileRegex() still finds when more is to be learned of a text than memory is given for", () => {
  const finds = regex("a.{200}b$");
  const texts = fc.array(fc.constantFrom("a", "b"), { minLength: 300, maxLength: 600 });
  fc.assert(
    fc.property(texts, (characters) => {
      assert.equal(finds(characters.join("")), characters.at(-1) === "b" && characters.at(-202) === "a");
    }),
    { numRuns: 200 },
  );
});

test("compileRegex() agrees with RegExp where both read the same", () => {
  const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
    pattern: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "\\.", "^", "$", "\\b"),
      fc.tuple(tie("pattern"), tie("pattern")).map(([left, right]) => left + right),
      fc.tuple(tie("pattern"), tie("pattern")).map(([left, right]) => `(?:${left}|${right})`),
      fc.tuple(tie("pattern"), fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "*?")).map(([one, times]) =>
        `(${one})${times}`
      ),
    ),
  }));
  const text = fc.array(fc.constantFrom("a", "b", ".", "c"), { maxLength: 12 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 5 }), (source, texts) => {
      const compiled = compileRegex(source);
      if (!("finds" in compiled)) return;
      for (const one of texts) assert.equal(compiled.finds(one), new RegExp(source).test(one), `${source} on ${one}`);
    }),
    { numRuns: 1_000 },
  );
});

test("compileRegex() refuses or compiles whatever it is given, and never throws", () => {
  const token = fc.constantFrom(...["(", ")", "[", "]", "{", "}", "*", "+", "?", "|", "\\", "^", "$", ".", "-", ":"]);
  const part = fc.oneof(token, fc.constantFrom("a", "9", "1,", "(?i)", "(?:", "[[:", "\\Q", "\\x{", "😀", "\ud800"));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), fc.string(), (parts, text) => {
      const compiled = compileRegex(parts.join(""));
      if ("finds" in compiled) compiled.finds(text);
    }),
    { numRuns: 5_000 },
  );
});
