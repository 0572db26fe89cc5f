import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCacheGroups } from "../../src/http/cache-groups.ts";

test("parseCacheGroups() reads strings, each once, and ignores their parameters (RFC 9875 §2)", () => {
  const table: [string, string[]][] = [
    ['"scripts"', ["scripts"]],
    ['"b";revalidate, "a";x=1, "b"', ["b", "a"]],
    ['"", "A", "a"', ["", "A", "a"]],
    ['"with \\"quotes\\", and comma"', ['with "quotes", and comma']],
  ];
  for (const [value, expected] of table) assert.deepEqual(parseCacheGroups(value), expected, value);
});

test("parseCacheGroups() finds no group in a field that is absent, empty or broken", () => {
  const values = ["", "scripts", '"a", b', '"a", ("b")', '"a",', '"a" "b"', '"a', "1", '"a", ?1', '"é"'];
  for (const value of [undefined, ...values]) assert.deepEqual(parseCacheGroups(value), [], String(value));
});
