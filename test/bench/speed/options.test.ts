import assert from "node:assert/strict";
import { test } from "node:test";
import { CONTENDER_NAMES } from "../../../bench/speed/contender.ts";
import { readOptions } from "../../../bench/speed/options.ts";

const CHOICE = { all: ["hit", "pass", "miss"], quick: ["pass"] };

test("readOptions() measures everything in five rounds when nothing is said", () => {
  const options = readOptions([], CHOICE);
  assert.deepEqual(options.scenarios, CHOICE.all);
  assert.deepEqual(options.contenders, CONTENDER_NAMES);
  assert.equal(options.rounds, 5);
  assert.equal(options.markdown || options.svg || options.bounds, false);
});

test("readOptions() has fewer scenarios, rounds and seconds in a quick run, unless they are named", () => {
  const quick = readOptions(["--quick"], CHOICE);
  assert.deepEqual([quick.scenarios, quick.rounds, quick.seconds, quick.practice], [["pass"], 3, 1, 2]);
  const named = readOptions(
    ["--quick", "--only", "miss,hit", "--rounds", "1", "--seconds", "2", "--practice", "7"],
    CHOICE,
  );
  assert.deepEqual([named.scenarios, named.rounds, named.seconds, named.practice], [["hit", "miss"], 1, 2, 7]);
});

test("readOptions() throws and tells what is accepted", () => {
  const cases = [
    [["--only", "hits"], /Cannot use "--only hits": "hits" is none of hit, pass, miss/],
    [["--contenders", "squid"], /"squid" is none of nginx, varnish/],
    [["--rounds", "2"], /Cannot use "--rounds 2": it is no odd number/],
    [["--seconds", "0.5"], /Cannot use "--seconds 0.5": it is no whole number above zero/],
    [["--fast"], /--fast/],
  ] as const;
  for (const [args, expected] of cases) assert.throws(() => readOptions(args, CHOICE), expected);
});
