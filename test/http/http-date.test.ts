import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatHttpDate, parseHttpDate } from "../../src/http/http-date.ts";
import { fieldText } from "../support/field-text.ts";

const NOW = Date.UTC(2026, 0, 1);
const EXAMPLE = Date.UTC(1994, 10, 6, 8, 49, 37);

test("parseHttpDate() reads the three formats of RFC 9110 §5.6.7", () => {
  const spellings = ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"];
  for (const text of spellings) assert.equal(parseHttpDate(text, NOW), EXAMPLE, text);
  assert.equal(parseHttpDate("Wed Nov 16 08:49:37 1994", NOW), EXAMPLE + 10 * 86_400_000);
});

test("parseHttpDate() takes a two-digit year more than 50 years ahead for one of the past (RFC 9110 §5.6.7)", () => {
  const year = (digits: string, now: number) =>
    new Date(parseHttpDate(`Sunday, 06-Nov-${digits} 08:49:37 GMT`, now) ?? NaN).getUTCFullYear();
  assert.deepEqual(["26", "27", "76", "77", "99", "00"].map((digits) => year(digits, NOW)), [
    ...[2026, 2027, 2076, 1977, 1999, 2000],
  ]);
  assert.equal(year("94", Date.UTC(1999, 0)), 1994);
});

test("parseHttpDate() reads years below 100 as written, and a leap second as the second before it", () => {
  assert.equal(parseHttpDate("Mon, 01 Jan 0001 00:00:00 GMT", NOW), Date.parse("0001-01-01T00:00:00Z"));
  assert.equal(parseHttpDate("Sat, 31 Dec 2016 23:59:60 GMT", NOW), Date.UTC(2016, 11, 31, 23, 59, 59));
  assert.equal(parseHttpDate("Thu, 29 Feb 2024 00:00:00 GMT", NOW), Date.UTC(2024, 1, 29));
});

test("parseHttpDate() refuses other spellings and moments that do not exist", () => {
  const refused = [
    ...["", "0", "-1", "now", "1994-11-06T08:49:37Z", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT"],
    ...["Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 +0000"],
    ...["Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 29 Feb 2023 08:49:37 GMT"],
    ...["Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:37 GMT"],
    ...["Sun, 06 Nov 1994 08:49:61 GMT", " Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT "],
    ...["Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT", "Sun Nov 6 08:49:37 1994"],
  ];
  for (const text of refused) assert.equal(parseHttpDate(text, NOW), undefined, text);
});

test("parseHttpDate() reads what formatHttpDate() writes, to the second", () => {
  const lastMoment = Date.UTC(9999, 11, 31, 23, 59, 59);
  fc.assert(
    fc.property(fc.integer({ min: Date.parse("0000-01-01T00:00:00Z"), max: lastMoment }), (time) => {
      assert.equal(parseHttpDate(formatHttpDate(time), NOW), Math.floor(time / 1000) * 1000);
    }),
    { numRuns: 1000 },
  );
});

test("formatHttpDate() writes an IMF-fixdate (RFC 9110 §5.6.7)", () => {
  assert.equal(formatHttpDate(EXAMPLE), "Sun, 06 Nov 1994 08:49:37 GMT");
});

test("parseHttpDate() never throws", () => {
  fc.assert(
    fc.property(fieldText, (text) => assert.equal(parseHttpDate(text, NOW), undefined)),
    { numRuns: 500 },
  );
});
