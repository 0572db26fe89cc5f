import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { singleRangeSpec } from "../../src/http/byte-range.ts";
import { parseEntityTag } from "../../src/http/entity-tag.ts";
import type { FieldLine } from "../../src/http/field-lines.ts";
import {
  canCombine,
  holdsWhatIsAsked,
  isWhole,
  missingRange,
  partOf,
  supersedes,
  unionOf,
} from "../../src/policy/partial.ts";
import type { Part, StoredMetadata } from "../../src/policy/stored-metadata.ts";
import { storedMetadata } from "../support/stored-response.ts";

const part = (first: number, last: number, completeLength = 10): Part => ({ first, last, completeLength });

function stored(held: Part | undefined, given: Partial<StoredMetadata> = {}): StoredMetadata {
  return storedMetadata({ part: held, entityTag: parseEntityTag('"1"'), status: held ? 206 : 200, ...given });
}

const spec = (value: string) => singleRangeSpec(value) ?? assert.fail(value);

const asking = (range: string | undefined, fields: Record<string, string> = {}) => ({
  range: range === undefined ? undefined : spec(range),
  header: (name: string) => fields[name] ?? null,
});

test("partOf() takes a 206 only for exactly what was asked for (RFC 9111 §3.3)", () => {
  const of = (contentRange: string | undefined, asked: string, length?: string) => {
    const fields: FieldLine[] = contentRange === undefined ? [] : [["content-range", contentRange]];
    if (length !== undefined) fields.push(["content-length", length]);
    return partOf(fields, spec(asked));
  };
  const exact: [string, string, Part][] = [
    ["bytes 2-4/10", "bytes=2-4", part(2, 4)],
    ["bytes 2-9/10", "bytes=2-", part(2, 9)],
    ["bytes 2-9/10", "bytes=2-99", part(2, 9)],
    ["bytes 8-9/10", "bytes=-2", part(8, 9)],
    ["bytes 0-9/10", "bytes=-99", part(0, 9)],
  ];
  for (const [contentRange, asked, expected] of exact) assert.deepEqual(of(contentRange, asked), expected, asked);
  assert.deepEqual(of("bytes 2-4/10", "bytes=2-4", "3"), part(2, 4));
  for (
    const contentRange of [undefined, "bytes 2-4/*", "bytes 2-3/10", "bytes 1-4/10", "bytes */10", "bytes 2-4", ""]
  ) {
    assert.equal(of(contentRange, "bytes=2-4"), undefined, `${contentRange}`);
  }
  assert.equal(of("bytes 2-8/10", "bytes=2-"), undefined);
  assert.equal(of("bytes 7-9/10", "bytes=-2"), undefined);
  for (const length of ["2", "4", "x"]) assert.equal(of("bytes 2-4/10", "bytes=2-4", length), undefined, length);
});

test("isWhole() is true of all bytes only", () => {
  assert.deepEqual([part(0, 9), part(0, 8), part(1, 9)].map(isWhole), [true, false, false]);
});

test("holdsWhatIsAsked() is true of what is whole, and of a part that holds every byte of the range", () => {
  assert.ok(holdsWhatIsAsked(stored(undefined), asking(undefined)));
  assert.ok(holdsWhatIsAsked(stored(undefined), asking("bytes=0-", { "if-range": '"2"' })));
  const held = ["bytes=3-6", "bytes=4-4", "bytes=10-", "bytes=-0"];
  for (const range of held) assert.ok(holdsWhatIsAsked(stored(part(3, 6)), asking(range)), range);
  for (const range of ["bytes=2-6", "bytes=3-7", "bytes=3-", "bytes=-1", "bytes=0-", undefined]) {
    assert.ok(!holdsWhatIsAsked(stored(part(3, 6)), asking(range)), `${range}`);
  }
  assert.ok(holdsWhatIsAsked(stored(part(3, 9)), asking("bytes=-7")));
});

test("holdsWhatIsAsked() needs If-Range to name the part exactly (RFC 9110 §13.1.5)", () => {
  const under = (condition: string) =>
    holdsWhatIsAsked(stored(part(3, 6)), asking("bytes=4-5", { "if-range": condition }));
  assert.deepEqual(['"1"', '"2"', 'W/"1"', "", "yesterday"].map(under), [true, false, false, false, false]);
});

test("missingRange() names the one range that is missing, if it is one", () => {
  assert.deepEqual(missingRange(part(0, 3)), { first: 4, last: undefined });
  assert.deepEqual(missingRange(part(4, 9)), { first: 0, last: 3 });
  assert.equal(missingRange(part(1, 8)), undefined);
});

test("canCombine() puts only parts of one representation together that leave no gap (RFC 9111 §3.4)", () => {
  const a = stored(part(3, 5));
  const others: [Part, boolean][] = [
    [part(6, 7), true],
    [part(0, 2), true],
    [part(4, 8), true],
    [part(0, 9), true],
    [part(4, 4), true],
    [part(7, 9), false],
    [part(0, 1), false],
    [part(6, 7, 11), false],
  ];
  for (const [other, expected] of others) {
    assert.equal(canCombine(a, stored(other)), expected, JSON.stringify(other));
    assert.equal(canCombine(stored(other), a), expected, JSON.stringify(other));
  }
  const tags = ['"2"', 'W/"1"', undefined];
  for (const tag of tags) assert.ok(!canCombine(a, stored(part(6, 7), { entityTag: parseEntityTag(tag) })), `${tag}`);
  assert.ok(!canCombine(a, stored(part(6, 7), { selecting: { names: ["accept"], values: ["x"] } })));
  assert.ok(!canCombine(a, stored(undefined)));
});

test("unionOf() holds what either holds, and nothing else, for all that can be combined", () => {
  const position = fc.nat(19);
  fc.assert(fc.property(position, position, position, position, (a, b, c, d) => {
    const one = part(Math.min(a, b), Math.max(a, b), 20);
    const two = part(Math.min(c, d), Math.max(c, d), 20);
    if (!canCombine(stored(one), stored(two))) return;
    const union = unionOf(one, two);
    const holds = ({ first, last }: Part, byte: number) => first <= byte && byte <= last;
    for (let byte = 0; byte < 20; byte++) {
      assert.equal(holds(union, byte), holds(one, byte) || holds(two, byte));
    }
  }));
});

test("supersedes() spares parts of the same representation that hold other bytes, and nothing else of the variant", () => {
  const whole = stored(undefined);
  assert.ok(supersedes(whole, stored(part(0, 3))));
  assert.ok(supersedes(stored(part(0, 5)), stored(part(1, 5))));
  assert.ok(!supersedes(stored(part(0, 5)), stored(part(1, 6))));
  assert.ok(!supersedes(stored(part(1, 5)), stored(part(0, 5))));
  assert.ok(supersedes(stored(part(0, 1)), stored(part(5, 6), { entityTag: parseEntityTag('"2"') })));
  assert.ok(supersedes(stored(part(0, 1)), stored(part(5, 6, 11))));
  assert.ok(supersedes(stored(part(0, 1)), whole));
  assert.ok(!supersedes(whole, stored(part(0, 3), { selecting: { names: ["accept"], values: ["x"] } })));
});
