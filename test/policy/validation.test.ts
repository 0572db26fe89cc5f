import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEntityTag } from "../../src/http/entity-tag.ts";
import type { FieldLine } from "../../src/http/field-lines.ts";
import { formatHttpDate } from "../../src/http/http-date.ts";
import {
  areSameBytes,
  confirms,
  evaluatePreconditions,
  freshenedFields,
  ifRangeHolds,
  type Precondition,
  validatorFields,
  type Validators,
} from "../../src/policy/validation.ts";
import { storedMetadata, validatorsOf } from "../support/stored-response.ts";

/** `Date` of what is stored, and when it was last modified, an hour before. */
const DATE = Date.UTC(2026, 0, 1);
const MODIFIED = DATE - 3_600_000;

const TAGGED = validatorsOf('"a"', MODIFIED);
const WEAK = validatorsOf('W/"a"', MODIFIED);
const BARE = validatorsOf(undefined);

const at = (time: number) => formatHttpDate(time);
const request = (fields: Record<string, string>) => ({ header: (name: string) => fields[name] ?? null });

function evaluate(fields: Record<string, string>, stored = TAGGED): Precondition {
  return evaluatePreconditions(request(fields), stored);
}

test("evaluatePreconditions() performs a request without any", () => {
  for (const stored of [TAGGED, WEAK, BARE]) assert.equal(evaluate({}, stored), "perform");
});

test("evaluatePreconditions() compares If-None-Match weakly (RFC 9110 §13.1.2)", () => {
  for (const value of ['"a"', 'W/"a"', '"b", "a"', "*"]) {
    assert.equal(evaluate({ "if-none-match": value }), "not-modified", value);
    assert.equal(evaluate({ "if-none-match": value }, WEAK), "not-modified", value);
  }
  for (const value of ['"b"', "a", ""]) assert.equal(evaluate({ "if-none-match": value }), "perform", value);
  assert.equal(evaluate({ "if-none-match": '"a"' }, BARE), "perform");
  assert.equal(evaluate({ "if-none-match": "*" }, BARE), "not-modified");
});

test("evaluatePreconditions() compares If-Match strongly (RFC 9110 §13.1.1)", () => {
  for (const value of ['"a"', '"b", "a"', "*"]) assert.equal(evaluate({ "if-match": value }), "perform", value);
  for (const value of ['W/"a"', '"b"', ""]) assert.equal(evaluate({ "if-match": value }), "failed", value);
  assert.equal(evaluate({ "if-match": '"a"' }, WEAK), "failed");
  assert.equal(evaluate({ "if-match": '"a"' }, BARE), "failed");
  assert.equal(evaluate({ "if-match": "*" }, BARE), "perform");
});

test("evaluatePreconditions() compares dates to the second (RFC 9110 §13.1.3, §13.1.4)", () => {
  const since = (time: string) => evaluate({ "if-modified-since": time });
  assert.deepEqual([since(at(MODIFIED)), since(at(DATE))], ["not-modified", "not-modified"]);
  assert.deepEqual([since(at(MODIFIED - 1000)), since("yesterday"), since("")], ["perform", "perform", "perform"]);
  const unmodified = (time: string) => evaluate({ "if-unmodified-since": time });
  assert.deepEqual([unmodified(at(MODIFIED)), unmodified("yesterday")], ["perform", "perform"]);
  assert.equal(unmodified(at(MODIFIED - 1000)), "failed");
  assert.equal(evaluate({ "if-unmodified-since": at(0) }, BARE), "perform"); // no date to compare with
});

test("evaluatePreconditions() takes Date for the time of change where none is known (RFC 9111 §4.3.2)", () => {
  assert.equal(evaluate({ "if-modified-since": at(DATE) }, BARE), "not-modified");
  assert.equal(evaluate({ "if-modified-since": at(DATE - 1000) }, BARE), "perform");
});

test("evaluatePreconditions() follows the order of RFC 9110 §13.2.2", () => {
  const late = at(DATE);
  const early = at(0);
  const table: [Record<string, string>, Precondition][] = [
    [{ "if-match": '"a"', "if-unmodified-since": early }, "perform"], // the date is ignored beside a tag
    [{ "if-match": '"b"', "if-none-match": '"a"' }, "failed"],
    [{ "if-match": '"a"', "if-none-match": '"a"' }, "not-modified"],
    [{ "if-unmodified-since": early, "if-none-match": '"a"' }, "failed"],
    [{ "if-none-match": '"b"', "if-modified-since": late }, "perform"],
    [{ "if-none-match": '"a"', "if-modified-since": early }, "not-modified"],
  ];
  for (const [fields, expected] of table) assert.equal(evaluate(fields), expected, JSON.stringify(fields));
});

test("ifRangeHolds() needs a strong tag, or the exact date of a response that was then a minute old (§13.1.5)", () => {
  const holds = (value: string | null, stored = TAGGED) => ifRangeHolds(value, stored);
  assert.deepEqual([holds(null), holds('"a"'), holds(at(MODIFIED))], [true, true, true]);
  for (const value of ['"b"', 'W/"a"', '"a", "a"', "*", "", at(MODIFIED + 1000), at(MODIFIED - 1000)]) {
    assert.equal(holds(value), false, value);
  }
  assert.equal(holds('"a"', WEAK), false);
  assert.equal(holds('"a"', BARE), false);
  assert.equal(holds(at(DATE), BARE), false);
  assert.equal(holds(at(DATE - 59_000), validatorsOf(undefined, DATE - 59_000)), false);
  assert.equal(holds(at(DATE - 60_000), validatorsOf(undefined, DATE - 60_000)), true);
});

test("validatorFields() asks with every validator that is stored (RFC 9111 §4.3.1)", () => {
  const modified = at(MODIFIED);
  assert.deepEqual(validatorFields([["etag", 'W/"a"'], ["last-modified", modified]]), [
    ["if-none-match", 'W/"a"'],
    ["if-modified-since", modified],
  ]);
  assert.deepEqual(validatorFields([["etag", "unquoted"], ["date", modified], ["last-modified", "yesterday"]]), []);
  const obsolete: FieldLine = ["last-modified", "Sunday, 06-Nov-94 08:49:37 GMT"];
  assert.deepEqual(validatorFields([obsolete]), [["if-modified-since", obsolete[1]]]);
});

test("confirms() takes a 304 for the stored response unless it carries another entity tag (RFC 9111 §4.3.4)", () => {
  const carrying = (tag: string): FieldLine[] => [["etag", tag]];
  assert.ok(confirms([], TAGGED));
  assert.ok(confirms([], BARE));
  assert.ok(confirms(carrying('"a"'), TAGGED));
  assert.ok(confirms(carrying('W/"a"'), TAGGED));
  assert.ok(confirms(carrying('"a"'), WEAK));
  assert.ok(!confirms(carrying('"b"'), TAGGED));
  assert.ok(!confirms(carrying('W/"b"'), WEAK));
  assert.ok(!confirms(carrying('"a"'), storedMetadata()));
});

test("freshenedFields() replaces all lines of each name in the 304, but not what the stored bytes need (RFC 9111 §3.2)", () => {
  const stored: FieldLine[] = [
    ["x-a", "1"],
    ["x-b", "2"],
    ["x-a", "3"],
    ["etag", '"a"'],
    ["content-type", "text/plain"],
    ["content-encoding", "gzip"],
  ];
  const notModified: FieldLine[] = [
    ["x-a", "4"],
    ["x-a", "5"],
    ["x-c", "6"],
    ["etag", 'W/"a"'],
    ["content-type", "text/html"],
    ["content-encoding", "br"],
    ["content-length", "0"],
    ["content-range", "bytes 0-1/2"],
  ];
  assert.deepEqual(freshenedFields(stored, notModified), [
    ["x-b", "2"],
    ["etag", '"a"'],
    ["content-encoding", "gzip"],
    ["x-a", "4"],
    ["x-a", "5"],
    ["x-c", "6"],
    ["content-type", "text/html"],
  ]);
});

test("areSameBytes() needs a strong validator in common: a tag, else a date that was a minute old (RFC 9110 §8.8)", () => {
  const date = Date.UTC(2026, 0, 1);
  const of = (tag: string | undefined, age?: number): Validators => ({
    entityTag: parseEntityTag(tag),
    lastModified: age === undefined ? undefined : date - age * 1000,
    date,
  });
  const rows: [Validators, Validators, boolean][] = [
    [of('"1"'), of('"1"'), true],
    [of('"1"', 90), of('"1"', 99), true],
    [of('"1"'), of('"2"'), false],
    [of('"1"'), of('W/"1"'), false],
    [of('"1"', 90), of(undefined, 90), false],
    [of('W/"1"'), of('W/"1"'), false],
    [of('W/"1"', 90), of('W/"1"', 90), true],
    [of('W/"1"', 90), of('W/"2"', 90), false],
    [of(undefined, 60), of(undefined, 60), true],
    [of(undefined, 59), of(undefined, 59), false],
    [of(undefined, 90), of(undefined, 91), false],
    [of(undefined), of(undefined), false],
  ];
  for (const [a, b, expected] of rows) {
    assert.equal(areSameBytes(a, b), expected, JSON.stringify([a, b]));
    assert.equal(areSameBytes(b, a), expected);
  }
});
