import assert from "node:assert/strict";
import { test } from "node:test";
import { readOptions } from "../../../bench/purge/options.ts";

test("readOptions() asks everything everywhere unless told otherwise", () => {
  assert.deepEqual(readOptions([]), {
    runtimes: ["bun", "deno", "node"],
    only: ["cost", "reclaim", "storm"],
    rounds: 3,
    effort: { sizes: [1_000, 10_000, 100_000, 1_000_000], stored: 1_000_000, stormSeconds: 10 },
    check: false,
    markdown: false,
  });
});

test("readOptions() reads what is chosen, in the order of its own lists", () => {
  const { effort, ...others } = readOptions([
    ...["--runtimes", "node,bun", "--only", "storm,cost", "--quick", "--check", "--markdown"],
  ]);
  assert.deepEqual(others, {
    runtimes: ["bun", "node"],
    only: ["cost", "storm"],
    rounds: 1,
    check: true,
    markdown: true,
  });
  assert.equal(effort.stored, 100_000);
  assert.equal(readOptions(["--quick", "--rounds", "5"]).rounds, 5);
});

test("readOptions() tells what is accepted", () => {
  const refused = [
    [["--only", "all"], /"all" is none of cost, reclaim, storm/],
    [["--runtimes", "perl"], /"perl" is none of bun, deno, node/],
    [["--rounds", "2"], /no odd number/],
    [["--fast"], /Accepted: --runtimes, --only/],
  ] as const;
  for (const [args, reason] of refused) {
    assert.throws(() => readOptions(args), (error) => error instanceof RangeError && reason.test(error.message));
  }
});
