import assert from "node:assert/strict";
import { test } from "node:test";
import { readOptions } from "../../../bench/micro/options.ts";
import { hitName, MANY, STORE_SIZES } from "../../../bench/micro/store-names.ts";

const MANY_NAME = hitName(STORE_SIZES.find(({ count }) => count === MANY)!);
const KNOWN = ["new Request", "hit 10 KB", "304", MANY_NAME];

test("readOptions() measures everything everywhere, three times, by default", () => {
  const { runtimes, names, rounds, against, check, quick } = readOptions([], KNOWN);
  assert.deepEqual({ runtimes, names, rounds, against, check, quick }, {
    runtimes: ["bun", "deno", "node"],
    names: KNOWN,
    rounds: 3,
    against: undefined,
    check: false,
    quick: false,
  });
});

test("readOptions() chooses runtimes and benchmarks", () => {
  const { runtimes, names } = readOptions(["--runtimes", "node,bun", "--only", "HIT 1"], KNOWN);
  assert.deepEqual(runtimes, ["bun", "node"]);
  assert.deepEqual(names, ["hit 10 KB", MANY_NAME]);
});

test("readOptions() leaves the large store out when quick, unless it is to be judged or is asked for", () => {
  assert.deepEqual(readOptions(["--quick"], KNOWN).names, ["new Request", "hit 10 KB", "304"]);
  assert.deepEqual(readOptions(["--quick", "--check"], KNOWN).names, KNOWN);
  assert.deepEqual(readOptions(["--quick", "--only", MANY_NAME], KNOWN).names, [MANY_NAME]);
  assert.equal(readOptions(["--quick"], KNOWN).rounds, 1);
  assert.equal(readOptions(["--quick", "--rounds", "5"], KNOWN).rounds, 5);
});

test("readOptions() refuses what it does not know, and says what it accepts", () => {
  const cases: [string[], RegExp][] = [
    [["--runtimes", "bun,perl"], /"perl" is none of bun, deno, node/],
    [["--only", "nothing"], /in none of "new Request"/],
    [["--rounds", "2"], /odd/],
    [["--rounds", "x"], /odd/],
    [["--fast"], /Accepted: --runtimes/],
    [["--check", "--only", "304"], /cannot be judged/],
  ];
  for (const [args, message] of cases) {
    assert.throws(
      () => readOptions(args, KNOWN),
      (error) => error instanceof RangeError && message.test(error.message),
    );
  }
});
