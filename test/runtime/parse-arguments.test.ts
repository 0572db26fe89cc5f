import assert from "node:assert/strict";
import { test } from "node:test";
import { parseArguments } from "../../src/runtime/parse-arguments.ts";

const FLAGS = { name: { kind: "value" }, help: { kind: "switch", short: "h" } } as const;

test("parseArguments() splits flags, values after a space or an equals sign, and positionals", () => {
  assert.deepEqual(parseArguments(["--name", "a", "b", "--name=c=d", "-h"], FLAGS), [
    { kind: "flag", name: "name", written: "--name", value: "a" },
    { kind: "positional", value: "b" },
    { kind: "flag", name: "name", written: "--name", value: "c=d" },
    { kind: "flag", name: "help", written: "-h", value: undefined },
  ]);
});

test("parseArguments() passes on flags it does not know", () => {
  assert.deepEqual(parseArguments(["--other=1", "-x"], FLAGS), [
    { kind: "flag", name: "other", written: "--other", value: "1" },
    { kind: "flag", name: "x", written: "-x", value: undefined },
  ]);
});

test("parseArguments() never takes a flag for the value of the flag before it", () => {
  assert.deepEqual(parseArguments(["--name", "--name", "--help", "--name"], FLAGS), [
    { kind: "flag", name: "name", written: "--name", value: undefined },
    { kind: "flag", name: "name", written: "--name", value: undefined },
    { kind: "flag", name: "help", written: "--help", value: undefined },
    { kind: "flag", name: "name", written: "--name", value: undefined },
  ]);
});
