import assert from "node:assert/strict";
import { test } from "node:test";
import { readCheckFlags, readServeFlags } from "../../src/cli/arguments.ts";
import { UsageError } from "../../src/cli/usage-error.ts";

function problemsOf(args: readonly string[]): string[] {
  try {
    readServeFlags(args);
  } catch (error) {
    if (error instanceof UsageError) return error.problems.map((problem) => `${problem.path}: ${problem.message}`);
    throw error;
  }
  return [];
}

test("readServeFlags() reads every flag, --origin more than once", () => {
  const args = [
    "--config",
    "a.json",
    "--listen=[::1]:0",
    "--origin",
    "http://a",
    "--origin",
    "http://b",
    "--admin=127.0.0.1:0",
  ];
  assert.deepEqual(readServeFlags([...args, "--memory", "64MiB", "--log", "json"]), {
    help: false,
    config: "a.json",
    overrides: {
      listen: "[::1]:0",
      origins: ["http://a", "http://b"],
      admin: "127.0.0.1:0",
      memory: "64MiB",
      log: "json",
    },
  });
});

test("readServeFlags() takes no flags at all, and the -- of task runners", () => {
  assert.deepEqual(readServeFlags([]), { help: false, config: undefined, overrides: {} });
  assert.equal(readServeFlags(["--", "--help"]).help, true);
});

test("readServeFlags() tells every problem at once, naming flag, what was given and what is accepted", () => {
  const problems = problemsOf([
    "--memory",
    "lots",
    "--log=loud",
    "--admin",
    "8081",
    "--origin",
    "ftp://h",
    "--nope",
    "extra",
  ]);
  assert.equal(problems.length, 6);
  assert.ok(problems.some((line) => line.startsWith("--nope: unknown flag, accepted: --config, --help, --listen")));
  assert.ok(problems.some((line) => line.startsWith('"extra": unexpected argument')));
  assert.ok(problems.some((line) => line.startsWith('--memory: given "lots", accepted: a size such as')));
  assert.ok(problems.some((line) => line === '--log: given "loud", accepted: "json", "pretty", "off"'));
  assert.ok(problems.some((line) => line.startsWith('--admin: given "8081", accepted: HOST:PORT such as')));
  assert.ok(problems.some((line) => line.startsWith('--origin: given "ftp://h", accepted: scheme, host and port')));
});

test("readServeFlags() takes a directory of state", () => {
  assert.deepEqual(readServeFlags(["--state", "/var/lib/lacquer"]).overrides, { state: "/var/lib/lacquer" });
  assert.equal(problemsOf(["--state", "a\0b"]).length, 1);
});

test("readServeFlags() says which flags are not available in this release", () => {
  assert.deepEqual(problemsOf(["--disk", "d", "--disk-size=1GiB", "--workers", "2"]), [
    "--disk: not available in this release",
    "--disk-size: not available in this release",
    "--workers: not available in this release",
  ]);
});

test("readServeFlags() refuses a missing value, a value too many, and a flag given twice", () => {
  assert.deepEqual(problemsOf(["--memory", "--origin", "http://a"]), [
    "--memory: given without a value, accepted: one value",
  ]);
  assert.deepEqual(problemsOf(["--listen="]), ["--listen: given without a value, accepted: one value"]);
  assert.deepEqual(problemsOf(["--help=yes"]), ['--help: given "yes", accepted: no value']);
  assert.deepEqual(problemsOf(["--log", "off", "--log", "json"]), ["--log: given 2 times, accepted: once"]);
});

test("readServeFlags() is not fooled by flags named like properties of every object", () => {
  assert.match(problemsOf(["--constructor"])[0] ?? "", /^--constructor: unknown flag/);
  assert.match(problemsOf(["--__proto__=x"])[0] ?? "", /^--__proto__: unknown flag/);
});

test("readCheckFlags() takes --config and no flag of serve", () => {
  assert.equal(readCheckFlags(["--config", "a.ts"]).config, "a.ts");
  assert.throws(() => readCheckFlags(["--memory", "1MiB"]), /--memory: unknown flag, accepted: --config, --help/);
});
