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
  assert.deepEqual(["26", "27", "75", "76", "77", "99", "00"].map((digits) => year(digits, NOW)), [
    ...[2026, 2027, 2075, 1976, 1977, 1999, 2000],
  ]);
  assert.equal(year("94", Date.UTC(1999, 0)), 1994);
  assert.equal(year("00", Date.UTC(1999, 0)), 2000); // the turn of a century is like that of any year
  assert.equal(year("49", Date.UTC(1999, 0)), 1949);
  assert.equal(year("48", Date.UTC(1999, 0)), 2048);
});

test("parseHttpDate() draws the line of 50 years to the second", () => {
  const now = Date.UTC(2026, 10, 6, 8, 49, 37);
  assert.equal(parseHttpDate("Friday, 06-Nov-76 08:49:37 GMT", now), Date.UTC(2076, 10, 6, 8, 49, 37));
  assert.equal(parseHttpDate("Friday, 06-Nov-76 08:49:38 GMT", now), Date.UTC(1976, 10, 6, 8, 49, 38));
  assert.equal(parseHttpDate("Monday, 29-Feb-76 00:00:00 GMT", now), Date.UTC(2076, 1, 29));
  assert.equal(parseHttpDate("Monday, 29-Feb-75 00:00:00 GMT", now), undefined);
});

test("parseHttpDate() takes upper and lower case for the same (RFC 9111 §4.2)", () => {
  const spellings = [
    ...["SUN, 06 Nov 1994 08:49:37 GMT", "Sun, 06 NOV 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 gMT"],
    ...["sunday, 06-nov-94 08:49:37 gmt", "SUNDAY, 06-NOV-94 08:49:37 GMT", "sun nov  6 08:49:37 1994"],
  ];
  for (const text of spellings) assert.equal(parseHttpDate(text, NOW), EXAMPLE, text);
});

test("parseHttpDate() does not mind the wrong day of the week", () => {
  for (const text of ["Mon, 06 Nov 1994 08:49:37 GMT", "Friday, 06-Nov-94 08:49:37 GMT", "Sat Nov  6 08:49:37 1994"]) {
    assert.equal(parseHttpDate(text, NOW), EXAMPLE, text);
  }
});

test("parseHttpDate() reads years below 100 as written, and a leap second as the second before it", () => {
  assert.equal(parseHttpDate("Mon, 01 Jan 0001 00:00:00 GMT", NOW), Date.parse("0001-01-01T00:00:00Z"));
  assert.equal(parseHttpDate("Sat, 31 Dec 2016 23:59:60 GMT", NOW), Date.UTC(2016, 11, 31, 23, 59, 59));
  assert.equal(parseHttpDate("Thu, 29 Feb 2024 00:00:00 GMT", NOW), Date.UTC(2024, 1, 29));
  assert.equal(parseHttpDate("Fri, 31 Dec 9999 23:59:59 GMT", NOW), Date.parse("9999-12-31T23:59:59Z"));
  assert.equal(parseHttpDate("Tue, 19 Jan 2038 14:14:08 GMT", NOW), Date.parse("2038-01-19T14:14:08Z"));
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

test("parseHttpDate() guesses at no malformed date of the future, so that it counts as past (RFC 9111 §5.3)", () => {
  const cousins = [
    ...["Thu 18 Aug 2050 02:01:18 GMT", "Thu,18 Aug 2050 02:01:18 GMT", "18 Aug 2050 02:01:18 GMT"],
    ...["Thu, 18  Aug  2050 02:01:18 GMT", "Thu,  18 Aug 2050 02:01:18 GMT", "Thu,\t18 Aug 2050 02:01:18 GMT"],
    ...["Thu, 18-Aug-2050 02:01:18 GMT", "Thu, 18 Aug 2050 02.01.18 GMT", "Thu, 18/Aug/2050 02:01:18 GMT"],
    ...["Thu, 18 Aug 2050 2:01:18 GMT", "Thu, 8 Aug 2050 02:01:18 GMT", "Thu, 018 Aug 2050 02:01:18 GMT"],
    ...["Thu, 18 Aug 50 02:01:18 GMT", "Thu, 18 Aug 050 02:01:18 GMT", "Thu, 18 Aug 02050 02:01:18 GMT"],
    ...["Thu, 18 Aug 2050 02:01 GMT", "Thu, 18 Aug 2050 02:01:18.5 GMT", "Thu, 18 Aug 2050 002:01:18 GMT"],
    ...["Thu, 18 Aug 2050 02:01:18 UTC", "Thu, 18 Aug 2050 02:01:18 AEST", "Thu, 18 Aug 2050 02:01:18 Z"],
    ...["Thu, 18 Aug 2050 02:01:18 GMT+1", "Thu, 18 Aug 2050 02:01:18 +0000", "Thu, 18 Aug 2050 02:01:18GMT"],
    ...["Thu, Aug 18 2050 02:01:18 GMT", "Thu, 18 August 2050 02:01:18 GMT", "Thu, 18 08 2050 02:01:18 GMT"],
    ...["Xyz, 18 Aug 2050 02:01:18 GMT", "Thursday, 18 Aug 2050 02:01:18 GMT", "Do, 18 Aug 2050 02:01:18 GMT"],
    ...["Thu, 18-Aug-50 02:01:18 GMT", "Thursday, 18-Aug-2050 02:01:18 GMT", "Someday, 18-Aug-50 02:01:18 GMT"],
    ...["Thursday 18-Aug-50 02:01:18 GMT", "Thursday, 18-Aug-50 02:01:18", "Thursday, 18-Aug-5 02:01:18 GMT"],
    ...[
      "Thu Aug  8 02:01:18 2050 GMT",
      "Thu Aug 8 02:01:18 2050",
      "Thu, Aug  8 02:01:18 2050",
      "Thu Aug  8 02:01:18 50",
    ],
    ...['"Thu, 18 Aug 2050 02:01:18 GMT"', "Thu, 18 Aug 2050 02:01:18 GMT;", "2050-08-18T02:01:18Z", "2544400878"],
    ...["Thu, 18 Aug 2050 2:01:18 GMT, Thu, 18 Aug 2050 2:01:19 GMT", "Thu, -8 Aug 2050 02:01:18 GMT"],
    ...[
      "Thu, 18 Au\u017f 2050 02:01:18 GMT",
      "\u017fun, 18 Aug 2050 02:01:18 GMT",
      "Thu, 1\u0668 Aug 2050 02:01:18 GMT",
    ],
  ];
  for (const text of cousins) assert.equal(parseHttpDate(text, NOW), undefined, text);
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
