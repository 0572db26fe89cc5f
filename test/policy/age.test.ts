import assert from "node:assert/strict";
import { test } from "node:test";
import { currentAge, initialAge } from "../../src/policy/age.ts";
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
  const table = [["10, 20", 10], ["", 0], ["-5", 0], ["1.5", 0], ["abc", 0], ["abc, 20", 0], ["9".repeat(99), 2 ** 31]];
  for (const [age, seconds] of table) assert.equal(initialAge(RESPONSE_TIME, String(age), at()), seconds, String(age));
});

test("currentAge() adds the time the response has been held (RFC 9111 §4.2.3)", () => {
  const stored = storedMetadata({ initialAge: 5, receivedAt: 1_000 });
  assert.equal(currentAge(stored, 1_000), 5);
  assert.equal(currentAge(stored, 3_500), 7.5);
});
