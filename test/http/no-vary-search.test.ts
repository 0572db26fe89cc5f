import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalSearch, parseNoVarySearch, type SearchVariance, varianceKey } from "../../src/http/no-vary-search.ts";
import { fieldText } from "../support/field-text.ts";

function variance(value: string): SearchVariance {
  const parsed = parseNoVarySearch(value);
  assert.ok(parsed, value);
  return parsed;
}

function allBut(names: string[], orderCounts = true) {
  return { counting: "all-but", names: new Set(names), orderCounts };
}

function only(names: string[], orderCounts = true) {
  return { counting: "only", names: new Set(names), orderCounts };
}

test("parseNoVarySearch() reads which parameters count and whether their order does (draft §5.1)", () => {
  const table: [string, ReturnType<typeof allBut>][] = [
    ["key-order", allBut([], false)],
    ["key-order=?1", allBut([], false)],
    ['params=("a" "b")', allBut(["a", "b"])],
    ['except=("x")', only(["x"])],
    ["except=()", only([])],
    ['except=("b" "a" "b"), key-order', only(["a", "b"], false)],
    ['params=("a"), key-order=?0', allBut(["a"])],
    ['params=("a";x);y, key-order;z, unknown=1', allBut(["a"], false)],
    ["params=(), key-order", allBut([], false)],
    ['params=("%C3%A9+%E6%B0%97" "%f6" "a&b=c" "%26" "?q")', allBut(["&", "?q", "a&b=c", "é 気", "\ufffd"])],
    ['params=("")', allBut([""])],
  ];
  for (const [value, expected] of table) {
    assert.deepEqual(parseNoVarySearch(value), expected, value);
    assert.deepEqual([...variance(value).names], [...expected.names], value);
  }
});

test("parseNoVarySearch() is undefined where every parameter and their order count", () => {
  const defaults = ["", "params=()", "key-order=?0", "unknown", "params=(), key-order=?0"];
  const wrongTypes = [
    'key-order="x"',
    'params="a"',
    "params=(a)",
    'params=("a" 1)',
    "except=?1",
    'except="x"',
    "except=(x)",
  ];
  const older = ["params", "params=?0", "params=?1", 'params, except=("x")'];
  const both = ['params=("a"), except=("x")', "params=(), except=()"];
  const broken = ['params=("a"', 'params=("a"),', 'Params=("a")', 'key-order, params=("é")', "key-order=(?1)"];
  for (const value of [undefined, ...defaults, ...wrongTypes, ...older, ...both, ...broken]) {
    assert.equal(parseNoVarySearch(value), undefined, String(value));
  }
});

test("canonicalSearch() is the same for equivalent queries (draft §6)", () => {
  const table: [string, string, string][] = [
    ["key-order", "a=1&b=2", "b=2&a=1"],
    ["key-order", "b=2&a=1&a=0", "a=1&b=2&a=0"],
    ["key-order", "a=x", "%61=%78"],
    ["key-order", "a=\u00e9", "a=%C3%A9"],
    ["key-order", "a=%f6", "a=%ef%bf%bd"],
    ["key-order", "a=x&&&&", "a=x"],
    ["key-order", "a=", "a"],
    ["key-order", "a=%20", "a=+"],
    ["key-order", "", "&"],
    ['params=("a")', "a=1&b=2&a=3", "b=2"],
    ['params=("a")', "%61=1&b=2", "b=2"],
    ['params=("%C3%A9+x")', "b=2", "b=2&\u00e9%20x=3"],
    ['params=("?a")', "?a=1&b", "b"],
    ['params=("")', "=1&b=2", "b=2"],
    ['except=("x")', "x=1&a=2", "b=3&x=1"],
    ["except=()", "a=1", ""],
    ['except=("x" "y"), key-order', "y=1&a=1&x=2", "x=2&y=1"],
  ];
  for (const [value, a, b] of table) {
    assert.equal(canonicalSearch(a, variance(value)), canonicalSearch(b, variance(value)), `${value}: ${a} ${b}`);
  }
});

test("canonicalSearch() differs for queries that are not equivalent (draft §6)", () => {
  const table: [string, string, string][] = [
    ["key-order", "a=1&a=2", "a=2&a=1"],
    ["key-order", "a=1", "a=1&a=1"],
    ["key-order", "a=1", "A=1"],
    ["key-order", "?a=1", "a=1"],
    ["key-order", "a=b%26c=d", "a=b&c=d"],
    ["key-order", "a=b%3Dc", "a%3Db=c"],
    ["key-order", "", "="],
    ["key-order", "a=%C3%A9", "a=e%CC%81"],
    ['params=("a")', "b=1&c=2", "c=2&b=1"],
    ['params=("a")', "A=1", ""],
    ['except=("x")', "x=1", "x=2"],
    ['except=("x")', "x", ""],
  ];
  for (const [value, a, b] of table) {
    assert.notEqual(canonicalSearch(a, variance(value)), canonicalSearch(b, variance(value)), `${value}: ${a} ${b}`);
  }
});

const queryName = fc.constantFrom("", "a", "b", "é", "&", "=", "+", "%", "?a", "\u{1f4a9}", "\ufffd", "__proto__");
const pairs = fc.array(fc.tuple(queryName, queryName), { maxLength: 6 });
const someVariance = fc.constantFrom(
  ...["key-order", 'params=("a" "%26")', 'except=("b" "%C3%A9"), key-order', 'except=("")'].map(variance),
);

function queryOf(parameters: [string, string][]): string {
  return parameters.map((pair) => pair.map(encodeURIComponent).join("=")).join("&");
}

/** The comparison of the draft, step by step. */
function areEquivalent(a: [string, string][], b: [string, string][], given: SearchVariance): boolean {
  const [left, right] = [a, b].map((parameters) => {
    const counted = parameters.filter(([name]) => given.names.has(name) === (given.counting === "only"));
    return given.orderCounts ? counted : counted.toSorted(([x], [y]) => x < y ? -1 : x > y ? 1 : 0);
  });
  return JSON.stringify(left) === JSON.stringify(right);
}

test("canonicalSearch() agrees with the comparison of the draft for any two queries", () => {
  fc.assert(
    fc.property(pairs, pairs, someVariance, (a, b, given) => {
      const isSame = canonicalSearch(queryOf(a), given) === canonicalSearch(queryOf(b), given);
      assert.equal(isSame, areEquivalent(a, b, given));
    }),
    { numRuns: 1000 },
  );
});

test("canonicalSearch() ignores the order of distinct names when key-order is set", () => {
  const distinct = fc.uniqueArray(fc.tuple(queryName, queryName), { selector: ([name]) => name });
  const shuffled = distinct.chain((parameters) =>
    fc.tuple(fc.constant(parameters), fc.shuffledSubarray(parameters, { minLength: parameters.length }))
  );
  fc.assert(fc.property(shuffled, ([a, b]) => {
    const given = variance("key-order");
    assert.equal(canonicalSearch(queryOf(a), given), canonicalSearch(queryOf(b), given));
  }));
});

test("canonicalSearch() never throws and is its own canonical form", () => {
  fc.assert(
    fc.property(fc.oneof(fieldText, fc.string({ unit: "binary" })), someVariance, (query, given) => {
      const canonical = canonicalSearch(query, given);
      assert.equal(canonicalSearch(canonical, given), canonical);
    }),
    { numRuns: 1000 },
  );
});

test("canonicalSearch() stays quick over long queries with many names", () => {
  const names = Array.from({ length: 5000 }, (_, i) => `n${i}`);
  const given = variance(`params=(${names.map((name) => `"${name}"`).join(" ")}), key-order`);
  const startedAt = performance.now();
  canonicalSearch(names.map((name) => `${name}x=1`).reverse().join("&"), given);
  assert.ok(performance.now() - startedAt < 500);
});

test("varianceKey() is the same for the same variance only", () => {
  assert.equal(varianceKey(variance('params=("b" "a")')), varianceKey(variance('params=("%61" "b" "a")')));
  const distinct = ['params=("a")', 'except=("a")', 'except=("a"), key-order', 'params=("a" "b")', 'params=("a,b")'];
  const keys = [...distinct, "except=()", 'except=("")', "key-order"].map((value) => varianceKey(variance(value)));
  assert.equal(new Set(keys).size, keys.length);
});
