import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { currentAge, initialAge } from "../../src/policy/age.ts";
import { fieldText } from "../support/field-text.ts";
import { storedMetadata } from "../support/stored-response.ts";

const RESPONSE_TIME = Date.UTC(2026, 0, 1);
const at = (responseDelay = 0) => ({ responseTime: RESPONSE_TIME, responseDelay });

test("initialAge() is the larger of apparent and corrected age (RFC 9111 §4.2.3)", () => {
  assert.equal(initialAge(RESPONSE_TIME, undefined, at()), 0);
  assert.equal(initialAge(RESPONSE_TIME - 10_000, undefined, at()), 10);
  assert.equal(initialAge(RESPONSE_TIME, "7", at(1.5)), 8.5);
  assert.equal(initialAge(RESPONSE_TIME - 10_000, "7", at(1.5)), 10);
  assert.equal(initialAge(RESPONSE_TIME - 10_000, "30", at()), 30);
});

test("initialAge() is never negative when the origin's clock runs ahead", () => {
  assert.equal(initialAge(RESPONSE_TIME + 3_600_000, undefined, at()), 0);
  assert.equal(initialAge(RESPONSE_TIME + 3_600_000, "5", at(2)), 7);
});

test("initialAge() takes the first member of Age, and ignores what is no number (RFC 9111 §5.1)", () => {
  const table: [age: string, seconds: number][] = [
    ...numbersOf(7200, ["7200", "007200", "7200,0", "7200, 0", "7200, 7200", "7200, abc", ", 7200", "7200,"]),
    ...numbersOf(0, ["0", "0,7200", "0, 7200", "0, 0", "00000000000000000000"]),
    ...numbersOf(0, [
      "",
      ",",
      "abc",
      "abc, 20",
      "-7200",
      "-0",
      "+7200",
      "7200.0",
      "1.5",
      ".5",
      "72e2",
      "0x10",
      "7 200",
    ]),
    ...numbersOf(0, [
      '"7200"',
      "'7200'",
      "7200s",
      "7200 seconds",
      '"7200, 0',
      "\u0667",
      "NaN",
      "Infinity",
      "max-age=7200",
    ]),
  ];
  for (const [age, seconds] of table) assert.equal(initialAge(RESPONSE_TIME, age, at()), seconds, age);
});

function numbersOf(seconds: number, spellings: string[]): [age: string, seconds: number][] {
  return spellings.map((age) => [age, seconds]);
}

test("initialAge() takes the number before parameters that Age does not have", () => {
  for (const age of ["7200;foo=bar", "7200;foo=111", "7200 ; foo", "7200;", '7200;a="b, c"', "7200;a, 0"]) {
    assert.equal(initialAge(RESPONSE_TIME, age, at()), 7200, age);
  }
  assert.equal(initialAge(RESPONSE_TIME, ";age=7200", at()), 0);
});

test("initialAge() takes a number too large to hold for very old (RFC 9111 §1.2.2)", () => {
  const table = [["2147483647", 2 ** 31 - 1], ["2147483648", 2 ** 31], ["2147483649", 2 ** 31]] as const;
  for (const [age, seconds] of table) assert.equal(initialAge(RESPONSE_TIME, age, at()), seconds, age);
  for (const digits of [20, 99, 64 * 1024]) {
    assert.equal(initialAge(RESPONSE_TIME, "9".repeat(digits), at()), 2 ** 31, String(digits));
  }
});

test("initialAge() is a number of seconds, whatever the field holds", () => {
  const likely = fc.string({ unit: fc.constantFrom("0", "9", ",", ";", " ", "-", ".", '"', "a") });
  fc.assert(
    fc.property(fc.oneof(likely, fieldText), (age) => {
      const seconds = initialAge(RESPONSE_TIME, age, at());
      assert.ok(Number.isInteger(seconds) && seconds >= 0 && seconds <= 2 ** 31, String(seconds));
    }),
    { numRuns: 1000 },
  );
});

test("currentAge() adds the time the response has been held (RFC 9111 §4.2.3)", () => {
  const stored = storedMetadata({ initialAge: 5, receivedAt: 1_000 });
  assert.equal(currentAge(stored, 1_000), 5);
  assert.equal(currentAge(stored, 3_500), 7.5);
});
