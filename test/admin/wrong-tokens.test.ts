import assert from "node:assert/strict";
import { test } from "node:test";
import { WrongTokens } from "../../src/admin/wrong-tokens.ts";
import { ManualClock } from "../support/manual-clock.ts";

test("WrongTokens lets ten wrong tokens within a minute pass, and says how long to wait after that", () => {
  const clock = new ManualClock();
  const wrongTokens = new WrongTokens(clock);
  for (let time = 0; time < 10; time++) {
    assert.equal(wrongTokens.count("192.0.2.1"), undefined);
    clock.advance(1_000);
  }
  assert.equal(wrongTokens.count("192.0.2.1"), 50);
  assert.equal(wrongTokens.count("192.0.2.2"), undefined);
  clock.advance(49_500);
  assert.equal(wrongTokens.count("192.0.2.1"), 1);
  clock.advance(500);
  assert.equal(wrongTokens.count("192.0.2.1"), undefined);
  assert.equal(wrongTokens.count("192.0.2.1"), 1);
});

test("WrongTokens remembers a thousand addresses at most, those of the latest wrong tokens", () => {
  const wrongTokens = new WrongTokens(new ManualClock());
  for (let time = 0; time < 10; time++) wrongTokens.count("192.0.2.1");
  for (let index = 0; index < 999; index++) wrongTokens.count(`198.51.100.${index}`);
  assert.equal(wrongTokens.size, 1_000);
  assert.equal(wrongTokens.count("192.0.2.1"), 60);
  wrongTokens.count("203.0.113.1");
  assert.equal(wrongTokens.size, 1_000);
  assert.equal(wrongTokens.count("192.0.2.1"), undefined);
});
