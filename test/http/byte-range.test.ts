import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type ByteRange,
  formatRangeSpec,
  type RangeSpec,
  resolveRangeSpec,
  selectByteRanges,
  singleRangeSpec,
} from "../../src/http/byte-range.ts";

const ranges = (...pairs: [first: number, last: number][]) => ({
  kind: "ranges",
  ranges: pairs.map(([first, last]) => ({ first, last })),
});
const WHOLE = { kind: "whole" };
const UNSATISFIABLE = { kind: "unsatisfiable" };

test("selectByteRanges() selects the bytes of a single range (RFC 9110 §14.1.2)", () => {
  const table = [
    ["bytes=0-499", ranges([0, 499])],
    ["bytes=500-999", ranges([500, 999])],
    ["bytes=0-0", ranges([0, 0])],
    ["bytes=999-999", ranges([999, 999])],
    ["bytes=9-", ranges([9, 999])],
    ["bytes=990-5000", ranges([990, 999])],
    ["bytes=0-18446744073709551615", ranges([0, 999])],
    ["bytes=-1", ranges([999, 999])],
    ["bytes=-1000", ranges([0, 999])],
    ["bytes=-99999999999999999999", ranges([0, 999])],
    ["bytes=00000000000000000000005-6", ranges([5, 6])],
    ["BYTES=0-1", ranges([0, 1])], // §14.1: range unit names are case-insensitive
    ["bytes= 0-1\t", ranges([0, 1])],
  ] as const;
  for (const [value, selected] of table) assert.deepEqual(selectByteRanges(value, 1000), selected, value);
});

test("selectByteRanges() keeps several ranges in the order asked and leaves out those past the end (§14.1.2)", () => {
  const table = [
    ["bytes=0-0,-1", ranges([0, 0], [999, 999])],
    ["bytes=500-600,0-9", ranges([500, 600], [0, 9])],
    ["bytes=0-1,2-3", ranges([0, 1], [2, 3])], // neighbours do not overlap
    ["bytes=,0-1, ,\t5-6 ,,", ranges([0, 1], [5, 6])], // §5.6.1: empty members are allowed
    ["bytes=0-1,1000-,-0,5000-6000", ranges([0, 1])],
    ["bytes=990-2000,99999999999999999999-", ranges([990, 999])],
    ["bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14", ranges(...[0, 2, 4, 6, 8, 10, 12, 14].map(pairOf))],
  ] as const;
  for (const [value, selected] of table) assert.deepEqual(selectByteRanges(value, 1000), selected, value);
});

function pairOf(position: number): [number, number] {
  return [position, position];
}

test("selectByteRanges() answers more than eight ranges, or any that overlap, with the whole (§14.2, §17.15)", () => {
  const overlapping = ["0-0,0-0", "0-9,9-19", "0-99,5-6", "5-6,0-99", "0-,-1", "-1,-9223372036854775807", "0-1,9-,-2"];
  const tooMany = ["0-,".repeat(500), "0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16", "5000-,".repeat(9)];
  for (const value of [...overlapping, ...tooMany]) {
    assert.deepEqual(selectByteRanges(`bytes=${value}`, 1000), WHOLE, value);
  }
});

test("selectByteRanges() knows what cannot be satisfied (RFC 9110 §15.5.17)", () => {
  const past = ["1000-", "1000-2000", "-0", "9223372036854775808-", "9007199254740992-9007199254740993"];
  for (const value of [...past, "1000-,-0", "2000-3000,2000-3000"]) {
    assert.deepEqual(selectByteRanges(`bytes=${value}`, 1000), UNSATISFIABLE, value);
  }
});

test("selectByteRanges() ignores a field of another unit or with anything malformed in it (RFC 9110 §14.2)", () => {
  const malformed = ["", "-", "a-b", "5-1", "1", "--1", "+1-2", "0 -1", "0x0-1", "1e3-", "0-1-2", "0-1;2-3", '"0-1"'];
  const amongOthers = ["0-1,5-1", "0-1,-", "a-b,0-1", "0-1,bytes=2-3", '0-1,"', "5000-,x", "99999999999999999999-1"];
  const values = [...malformed, ...amongOthers, " , ,\t"].map((text) => `bytes=${text}`);
  for (const value of [...values, "", "bytes", "items=0-1", "bytes =0-1", " bytes=0-1", "0-1"]) {
    assert.deepEqual(selectByteRanges(value, 1000), WHOLE, value);
  }
});

test("selectByteRanges() finds no byte in an empty representation", () => {
  assert.deepEqual(selectByteRanges("bytes=0-", 0), UNSATISFIABLE);
  assert.deepEqual(selectByteRanges("bytes=-0", 0), UNSATISFIABLE);
  assert.deepEqual(selectByteRanges("bytes=-5", 0), WHOLE); // satisfiable, yet no Content-Range could describe it
  assert.deepEqual(selectByteRanges("bytes=0-,-5", 0), WHOLE);
});

test("selectByteRanges() never selects a byte twice or outside the representation", () => {
  const value = fc.string({ unit: fc.constantFrom("0", "1", "9", "-", ",", " ", "2-"), maxLength: 30 });
  fc.assert(
    fc.property(value, fc.nat(200), (text, length) => {
      const selected = selectByteRanges(`bytes=${text}`, length);
      if (selected.kind === "ranges") assertDisjointWithin(selected.ranges, length);
    }),
    { numRuns: 2000 },
  );
});

function assertDisjointWithin(selected: readonly ByteRange[], length: number): void {
  const sent = new Set<number>();
  let total = 0;
  for (const { first, last } of selected) {
    assert.ok(0 <= first && first <= last && last < length, `${first}-${last}/${length}`);
    for (let position = first; position <= last; position++) sent.add(position);
    total += last - first + 1;
  }
  assert.ok(selected.length > 0);
  assert.equal(sent.size, total);
}

test("singleRangeSpec() reads a range without knowing the length, and nothing but one", () => {
  const table: [value: string, spec: RangeSpec | undefined][] = [
    ["bytes=0-9", { first: 0, last: 9 }],
    ["Bytes= 007- ,", { first: 7, last: undefined }],
    ["bytes=-5", { suffix: 5 }],
    ["bytes=-0", { suffix: 0 }],
    ["bytes=5-99999999999999999999", { first: 5, last: undefined }],
    ["bytes=99999999999999999999-", { first: Number.MAX_SAFE_INTEGER, last: undefined }],
    ["bytes=-99999999999999999999", { suffix: Number.MAX_SAFE_INTEGER }],
    ...["bytes=0-1,2-3", "bytes=5-1", "bytes=", "items=0-1", ""].map((value) =>
      [value, undefined] as [string, undefined]
    ),
  ];
  for (const [value, spec] of table) assert.deepEqual(singleRangeSpec(value), spec, value);
});

test("resolveRangeSpec() finds the bytes a range means, or none", () => {
  assert.deepEqual(resolveRangeSpec({ first: 2, last: 5 }, 10), { first: 2, last: 5 });
  assert.deepEqual(resolveRangeSpec({ first: 2, last: 50 }, 10), { first: 2, last: 9 });
  assert.deepEqual(resolveRangeSpec({ first: 9, last: undefined }, 10), { first: 9, last: 9 });
  assert.deepEqual(resolveRangeSpec({ suffix: 3 }, 10), { first: 7, last: 9 });
  assert.deepEqual(resolveRangeSpec({ suffix: 30 }, 10), { first: 0, last: 9 });
  for (const spec of [{ first: 10, last: undefined }, { first: Number.MAX_SAFE_INTEGER, last: undefined }]) {
    assert.equal(resolveRangeSpec(spec, 10), undefined);
  }
  for (const [suffix, length] of [[0, 10], [5, 0], [0, 0]] as const) {
    assert.equal(resolveRangeSpec({ suffix }, length), undefined);
  }
});

test("formatRangeSpec() writes what singleRangeSpec() reads, in one spelling", () => {
  assert.equal(formatRangeSpec({ first: 0, last: 9 }), "bytes=0-9");
  assert.equal(formatRangeSpec({ first: 7, last: undefined }), "bytes=7-");
  assert.equal(formatRangeSpec({ suffix: 5 }), "bytes=-5");
  const digits = fc.bigInt({ min: 0n, max: 2n ** 70n }).map(String);
  const value = fc.tuple(fc.option(digits, { nil: "" }), fc.option(digits, { nil: "" })).map((pair) => pair.join("-"));
  fc.assert(
    fc.property(value, (text) => {
      const spec = singleRangeSpec(`bytes=${text}`);
      if (spec !== undefined) assert.deepEqual(singleRangeSpec(formatRangeSpec(spec)), spec);
    }),
    { numRuns: 1000 },
  );
});
