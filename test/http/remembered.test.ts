import assert from "node:assert/strict";
import { test } from "node:test";
import { remembered } from "../../src/http/remembered.ts";

/** A function that counts how often it had to work. */
function counting(maxKnown: number) {
  const computed: string[] = [];
  const upper = remembered(maxKnown, (text) => {
    computed.push(text);
    return text === "" ? undefined : text.toUpperCase();
  });
  return { computed, upper };
}

test("remembered() computes what is asked again only once, a false result included", () => {
  const { computed, upper } = counting(10);
  assert.deepEqual(["a", "b", "a"].map(upper), ["A", "B", "A"]);
  assert.deepEqual(computed, ["a", "b"]);
  let asked = 0;
  const never = remembered(10, () => ++asked < 0);
  assert.deepEqual([never("x"), never("x"), asked], [false, false, 1]);
});

test("remembered() starts over once it is full", () => {
  const { computed, upper } = counting(2);
  for (const text of ["a", "b", "c", "a"]) upper(text);
  assert.deepEqual(computed, ["a", "b", "c", "a"]);
});

test("remembered() keeps neither undefined nor what is very long", () => {
  const { computed, upper } = counting(10);
  const long = "x".repeat(513);
  for (const text of ["", "", long, long]) upper(text);
  assert.deepEqual(computed, ["", "", long, long]);
});
