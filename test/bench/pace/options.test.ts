import assert from "node:assert/strict";
import { test } from "node:test";
import { readOptions } from "../../../bench/pace/options.ts";

test("readOptions() asks everything of everyone unless told otherwise", () => {
  const { only, contenders, rounds, seconds, markdown } = readOptions([]);
  assert.deepEqual({ only, rounds, seconds, markdown }, {
    only: ["steady", "half"],
    rounds: 5,
    seconds: 5,
    markdown: false,
  });
  assert.equal(contenders.length, 10);
});

test("readOptions() reads what is chosen, in the order of its own lists", () => {
  const args = ["--only", "half", "--contenders", "bun,nginx", "--quick", "--seconds", "0.5", "--markdown"];
  assert.deepEqual(readOptions(args), {
    only: ["half"],
    contenders: ["nginx", "bun"],
    rounds: 1,
    seconds: 0.5,
    markdown: true,
  });
});

test("readOptions() tells what is accepted", () => {
  const refused = [
    [["--only", "all"], /"all" is none of steady, half/],
    [["--contenders", "bun,squid"], /"squid" is none of socket, nginx/],
    [["--rounds", "2"], /no odd number/],
    [["--seconds", "0"], /no number above zero/],
    [["--fast"], /fast/],
  ] as const;
  for (const [args, reason] of refused) assert.throws(() => readOptions(args), reason);
});
