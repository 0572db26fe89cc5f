import assert from "node:assert/strict";
import { test } from "node:test";
import { Speculation } from "../../src/engine/speculation.ts";

test("Speculation falls to one fetch at a time when too many guesses were needless, and recovers", () => {
  const speculation = new Speculation(4);
  assert.equal(speculation.limit, 4);
  for (let i = 0; i < 16; i++) speculation.learn({ wasted: true });
  assert.equal(speculation.limit, 1);
  for (let i = 0; i < 11; i++) speculation.learn({ wasted: false });
  assert.equal(speculation.limit, 4);
});

test("Speculation puts up with one needless guess in ten", () => {
  const speculation = new Speculation(4);
  for (let i = 1; i < 5000; i++) {
    speculation.learn({ wasted: i % 11 === 0 });
    assert.equal(speculation.limit, 4);
  }
});
