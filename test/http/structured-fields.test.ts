import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Member, parseDictionary, parseItem, parseList } from "../../src/http/structured-fields.ts";
import { fieldText } from "../support/field-text.ts";
import {
  anyDictionary,
  anyItem,
  anyList,
  dictionaryText,
  listText,
  memberText,
} from "../support/structured-field-text.ts";

const NONE = new Map();

function token(value: string, parameters: ReadonlyMap<string, unknown> = NONE) {
  return { type: "token", value, parameters };
}

function integer(value: number, parameters: ReadonlyMap<string, unknown> = NONE) {
  return { type: "integer", value, parameters };
}

const YES = { type: "boolean", value: true };

test("parseItem() reads one item with its parameters (RFC 9651 §3.3)", () => {
  assert.deepEqual(parseItem("  5  "), integer(5));
  const parameters = new Map<string, unknown>([["charset", { type: "token", value: "utf-8" }], ["q", YES]]);
  assert.deepEqual(parseItem("text/html;charset=utf-8; q"), token("text/html", parameters));
  assert.deepEqual(parseItem("@5;a"), { type: "date", value: 5, parameters: new Map([["a", YES]]) });
  for (
    const value of ["", " ", "5,", "5, 6", "5 6", "(5)", "\t5", "5\t", "5;", "5;A", "5; =1", "5;a=", "5 ;a", "5;a =1"]
  ) {
    assert.equal(parseItem(value), undefined, value);
  }
});

test("parseItem(), parseList() and parseDictionary() take an absent field for absent", () => {
  for (const parse of [parseItem, parseList, parseDictionary]) assert.equal(parse(undefined), undefined);
});

test("parseList() reads items and inner lists (§3.1)", () => {
  const table: [string, unknown[]][] = [
    ["", []],
    ["  ", []],
    ["a", [token("a")]],
    ["a, b;q=9,\t c ", [token("a"), token("b", new Map([["q", { type: "integer", value: 9 }]])), token("c")]],
    ["a\t,b\t", [token("a"), token("b")]],
    ["@1, @2", [{ type: "date", value: 1, parameters: NONE }, { type: "date", value: 2, parameters: NONE }]],
    ["()", [{ type: "inner-list", items: [], parameters: NONE }]],
    ["( a  b;x );y, c", [
      { type: "inner-list", items: [token("a"), token("b", new Map([["x", YES]]))], parameters: new Map([["y", YES]]) },
      token("c"),
    ]],
  ];
  for (const [value, expected] of table) assert.deepEqual(parseList(value), expected, value);
});

test("parseList() refuses the whole of a list with a mistake anywhere (§4.2)", () => {
  const lists = [",", "a,", "a,,b", ",a", "a b", "a, b c", "a;b=", "a, é", "\ta", 'a, "b'];
  const innerLists = ["(", "(a", "(a b", "(a,b)", "(a\tb)", '(a"b")', "(a)(b)", "((a))", "(a))", "a=(b)"];
  for (const value of [...lists, ...innerLists]) assert.equal(parseList(value), undefined, value);
});

test("parseDictionary() reads members in order, those without value as true (§3.2)", () => {
  const table: [string, [string, unknown][]][] = [
    ["", []],
    ["a=1", [["a", integer(1)]]],
    ["a, b=?0;x, *c_-.*=d", [
      ["a", { ...YES, parameters: NONE }],
      ["b", { type: "boolean", value: false, parameters: new Map([["x", YES]]) }],
      ["*c_-.*", token("d")],
    ]],
    ["a;x=1\t,\tb=(c)", [
      ["a", { ...YES, parameters: new Map([["x", { type: "integer", value: 1 }]]) }],
      ["b", { type: "inner-list", items: [token("c")], parameters: NONE }],
    ]],
    ["constructor=1", [["constructor", integer(1)]]],
  ];
  for (const [value, expected] of table) {
    const dictionary = parseDictionary(value);
    assert.deepEqual(dictionary && [...dictionary], expected, value);
  }
});

test("parseDictionary() lets the last of repeated names count, in the place of the first (§4.2.2, §4.2.3.2)", () => {
  assert.deepEqual([...parseDictionary("a=1, b=2, a=3") ?? []], [["a", integer(3)], ["b", integer(2)]]);
  const item: Member | undefined = parseDictionary("a;x=1;y=2;x=3")?.get("a");
  assert.deepEqual([...item?.parameters ?? []], [
    ["x", { type: "integer", value: 3 }],
    ["y", { type: "integer", value: 2 }],
  ]);
});

test("parseDictionary() refuses the whole of a dictionary with a mistake anywhere (§4.2)", () => {
  for (
    const value of [
      "A=1",
      "_a=1",
      "a=",
      "a =1",
      "a= 1",
      "1",
      "a=1,",
      "a=1;;b",
      "a=1 b=2",
      "a=1, B=2",
      "a=1, =2",
      "a=1;b= 2",
    ]
  ) {
    assert.equal(parseDictionary(value), undefined, value);
  }
});

test("parseItem(), parseList() and parseDictionary() read back what was written (§4.1)", () => {
  fc.assert(fc.property(anyItem, (item) => assert.deepEqual(parseItem(memberText(item)), item)));
  fc.assert(fc.property(anyList, (list) => assert.deepEqual(parseList(listText(list)), list)));
  fc.assert(fc.property(anyDictionary, (dictionary) => {
    assert.deepEqual([...parseDictionary(dictionaryText(dictionary)) ?? []], [...dictionary]);
  }));
});

test("parseItem(), parseList() and parseDictionary() never throw, and what they accept can be written and read again", () => {
  const valid = fc.oneof(anyDictionary.map(dictionaryText), anyList.map(listText));
  const mutated = fc.tuple(valid, fc.nat(), fc.nat(3), fieldText).map(([text, at, cut, inserted]) => {
    const position = at % (text.length + 1);
    return text.slice(0, position) + inserted.slice(0, 2) + text.slice(position + cut);
  });
  fc.assert(
    fc.property(fc.oneof(mutated, fieldText, fc.string({ unit: "binary" })), (value) => {
      const [item, list, dictionary] = [parseItem(value), parseList(value), parseDictionary(value)];
      if (item) assert.deepEqual(list, [item]);
      if (list) assert.equal(listText(parseList(listText(list)) ?? []), listText(list));
      if (dictionary) {
        assert.equal(dictionaryText(parseDictionary(dictionaryText(dictionary)) ?? NONE), dictionaryText(dictionary));
      }
    }),
    { numRuns: 2000 },
  );
});

test("parseItem(), parseList() and parseDictionary() stay quick over hostile values of 64 KiB", () => {
  const plain = ["a", "A", " ", "\t", "0", ":", '"', '\\"', '"\\\\', "%", "%22"];
  const nested = ["(", "( ", "a=(", "a,", "a, ", "a;", "a;b", "a;b=1"];
  for (const pattern of [...plain, ...nested]) {
    for (const start of ["", '"', "(", ":", '%"', "a=", 'a="', "a=(", "a;b="]) {
      for (const end of ["", "!", '"', ")", ":"]) {
        const value = start + pattern.repeat(65_536 / pattern.length) + end;
        const startedAt = performance.now();
        for (const parse of [parseItem, parseList, parseDictionary]) parse(value);
        assert.ok(performance.now() - startedAt < 500, JSON.stringify(value.slice(0, 40)));
      }
    }
  }
});
