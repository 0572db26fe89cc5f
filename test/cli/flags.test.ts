import assert from "node:assert/strict";
import { test } from "node:test";
import { type FlagRules, readFlags } from "../../src/cli/flags.ts";

const RULES: FlagRules = {
  tag: { kind: "value", repeatable: true },
  admin: { kind: "value" },
  all: { kind: "switch" },
  disk: { kind: "value", unavailable: true },
};

test("readFlags() gives values in their order, and tells which switches are on", () => {
  const given = readFlags(["--", "--tag", "a", "--all", "--tag=-b", "--admin", "http://h"], RULES);
  assert.deepEqual([given.values("tag"), given.values("admin"), given.values("disk")], [["a", "-b"], ["http://h"], []]);
  assert.deepEqual([given.isOn("all"), given.isOn("disk")], [true, false]);
  assert.deepEqual(given.problems, []);
});

test("readFlags() tells everything that the rules do not accept", () => {
  const { problems } = readFlags(["x", "--nope", "--all=1", "--tag", "--admin=", "--disk", "d"], RULES);
  assert.deepEqual(problems.map(({ path, message }) => `${path}: ${message}`), [
    '"x": unexpected argument, accepted: flags only',
    "--nope: unknown flag, accepted: --tag, --admin, --all",
    '--all: given "1", accepted: no value',
    "--tag: given without a value, accepted: one value",
    "--admin: given without a value, accepted: one value",
    "--disk: not available in this release",
  ]);
  assert.deepEqual(readFlags(["--admin", "a", "--admin", "b"], RULES).problems.map(({ message }) => message), [
    "given 2 times, accepted: once",
  ]);
});
