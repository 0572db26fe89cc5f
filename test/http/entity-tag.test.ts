import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseEntityTag, parseEntityTags, stronglyEqual, weaklyEqual } from "../../src/http/entity-tag.ts";

const strong = (opaque: string) => ({ weak: false, opaque });
const weak = (opaque: string) => ({ weak: true, opaque });

test("parseEntityTag() reads a whole value and nothing else (RFC 9110 §8.8.3)", () => {
  assert.deepEqual(parseEntityTag('"xyzzy"'), strong("xyzzy"));
  assert.deepEqual(parseEntityTag('W/"xyzzy"'), weak("xyzzy"));
  assert.deepEqual(parseEntityTag('""'), strong(""));
  assert.deepEqual(parseEntityTag('"a,\\\xff!"'), strong("a,\\\xff!"));
  const others = [undefined, "", "xyzzy", '"a', 'a"', '"a" ', ' "a"', 'w/"a"', 'W/ "a"', '"a b"', '"a""b"', '"a", "b"'];
  for (const value of [...others, "*", '"\x7f"', '"\u0100"']) {
    assert.equal(parseEntityTag(value), undefined, String(value));
  }
});

test("parseEntityTags() reads a list, and * when it stands alone (RFC 9110 §13.1.1)", () => {
  assert.equal(parseEntityTags(" *\t"), "*");
  assert.deepEqual(parseEntityTags('"a", W/"b" ,,\t"c,d"'), [strong("a"), weak("b"), strong("c,d")]);
  assert.deepEqual(parseEntityTags('"a\\","b"'), [strong("a\\"), strong("b")]); // no escapes in an entity tag
  assert.deepEqual(parseEntityTags(""), []);
});

test("parseEntityTags() skips what is no tag without losing or inventing one beside it", () => {
  const table = [
    ['*, "a"', ["a"]],
    ['abc, "a"', ["a"]],
    ['"a b","c"', ["c"]], // a scan that took the closing quote for an opening one would find ","
    ['w/"x", "y"', ["y"]],
    ['x"y", "z"', ["z"]],
    ['"y"x, "z"', ["z"]],
    ['"a""b", "c"', ["c"]],
    ['"a", "never ends', ["a"]],
  ] as const;
  for (const [value, tags] of table) assert.deepEqual(parseEntityTags(value), tags.map(strong), value);
});

test("weaklyEqual() and stronglyEqual() compare as the table of RFC 9110 §8.8.3.2 says", () => {
  const table = [
    [weak("1"), weak("1"), false, true],
    [weak("1"), weak("2"), false, false],
    [weak("1"), strong("1"), false, true],
    [strong("1"), weak("1"), false, true],
    [strong("1"), strong("1"), true, true],
    [strong("1"), strong("2"), false, false],
  ] as const;
  for (const [a, b, strongly, weakly] of table) {
    assert.equal(stronglyEqual(a, b), strongly);
    assert.equal(weaklyEqual(a, b), weakly);
  }
});

test("parseEntityTags() reads back any list of tags", () => {
  const tag = fc.record({ weak: fc.boolean(), opaque: fc.stringMatching(/^[\x21\x23-\x7e]*$/) }, {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(fc.array(tag), fc.constantFrom(",", ", ", " ,\t"), (tags, separator) => {
      const value = tags.map(({ weak, opaque }) => `${weak ? "W/" : ""}"${opaque}"`).join(separator);
      assert.deepEqual(parseEntityTags(value), tags);
    }),
    { numRuns: 500 },
  );
});
