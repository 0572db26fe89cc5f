import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compileGlob, type TextPredicate } from "../../src/invalidation/glob.ts";

function glob(pattern: string): TextPredicate {
  const compiled = compileGlob(pattern);
  assert.ok(compiled, pattern);
  return compiled;
}

test("compileGlob() compares the whole text", () => {
  const table: [pattern: string, matching: string[], others: string[]][] = [
    ["", [""], ["a"]],
    ["abc", ["abc"], ["", "ab", "abcd", "xabc", "ABC"]],
    ["*", ["", "a", "/a/b?c=*", "\n"], []],
    ["**", ["", "a"], []],
    ["?", ["a", "*", "?", "/", "é", "😀"], ["", "ab"]],
    ["??", ["ab", "😀😀"], ["a", "😀"]],
    ["*?", ["a", "ab"], [""]],
    ["?*?", ["ab", "abc"], ["a"]],
    ["/blog/*", ["/blog/", "/blog/2024/x"], ["/blog", "x/blog/"]],
    ["*.jpg", [".jpg", "a.jpg", "a.jpg.jpg"], ["a.jpg?v=1", "a.JPG"]],
    ["*.jpg*", ["a.jpg", "a.jpg?v=1"], ["a.jp"]],
    ["a*b*c", ["abc", "axbxc", "abcbc", "aabbcc"], ["ac", "abcx", "acb"]],
    ["*ab*ab*", ["abab", "aabxab"], ["ab", "aba", "aab"]],
    ["é*😀", ["é😀", "éa😀"], ["é"]],
    ["*\ude00", ["\ude00", "😀\ude00"], ["😀"]],
  ];
  for (const [pattern, matching, others] of table) {
    const matches = glob(pattern);
    for (const text of matching) assert.equal(matches(text), true, `${pattern} ${text}`);
    for (const text of others) assert.equal(matches(text), false, `${pattern} ${text}`);
  }
});

test("compileGlob() takes what follows a backslash as it is", () => {
  const table: [pattern: string, matching: string[], others: string[]][] = [
    ["\\*", ["*"], ["", "a", "\\*"]],
    ["\\?", ["?"], ["a"]],
    ["\\\\", ["\\"], ["\\\\"]],
    ["\\a", ["a"], ["\\a"]],
    ["\\😀", ["😀"], []],
    ["*\\**", ["*", "a*b"], ["ab"]],
    ["/search\\?q=*", ["/search?q=x"], ["/searchaq=x"]],
  ];
  for (const [pattern, matching, others] of table) {
    const matches = glob(pattern);
    for (const text of matching) assert.equal(matches(text), true, `${pattern} ${text}`);
    for (const text of others) assert.equal(matches(text), false, `${pattern} ${text}`);
  }
});

test("compileGlob() is undefined where a backslash has nothing to make plain", () => {
  for (const pattern of ["\\", "a\\", "*\\", "\\\\\\"]) assert.equal(compileGlob(pattern), undefined, pattern);
});

test("compileGlob() agrees with a definition that tries every way", () => {
  const pattern = fc.array(fc.constantFrom("*", "?", "a", "b", "\\*", "\\?", "\\a", "😀"), { maxLength: 8 });
  const text = fc.array(fc.constantFrom("a", "b", "*", "?", "😀", "\ud83d"), { maxLength: 10 });
  fc.assert(
    fc.property(pattern, text, (parts, characters) => {
      // Joined, a lone half of a character and what follows could make another character.
      const joined = characters.join("");
      assert.equal(glob(parts.join(""))(joined), matchesAnyWay(parts, [...joined]));
    }),
    { numRuns: 2_000 },
  );
});

function matchesAnyWay(parts: readonly string[], text: readonly string[]): boolean {
  const [part, ...rest] = parts;
  if (part === undefined) return text.length === 0;
  if (part === "*") return text.some((_, at) => matchesAnyWay(rest, text.slice(at))) || matchesAnyWay(rest, []);
  if (text.length === 0) return false;
  return (part === "?" || [...part].at(-1) === text[0]) && matchesAnyWay(rest, text.slice(1));
}

test("compileGlob() matches every text as its own escaped pattern, and nothing else", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (text, other) => {
    const matches = glob(text.replace(/[\\*?]/g, "\\$&"));
    assert.equal(matches(text), true);
    assert.equal(matches(other), other === text);
  }));
});

test("compileGlob() comes to an end where trying every way would not", () => {
  const text = "a".repeat(4_096);
  assert.equal(glob(`${"a*".repeat(500)}b`)(text), false);
  assert.equal(glob(`${"*a".repeat(500)}*b`)(`${text}`), false);
  assert.equal(glob(`${"*a".repeat(500)}*b`)(`${text}b`), true);
  assert.equal(glob(`*${"?".repeat(500)}b`)(text), false);
});
