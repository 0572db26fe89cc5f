import assert from "node:assert/strict";
import { test } from "node:test";
import { readOptions } from "../../../bench/purge-check/options.ts";

test("readOptions() checks Lacquer on all runtimes, twenty times a minute, unless told otherwise", () => {
  assert.deepEqual(readOptions([]), {
    contenders: ["bun", "deno", "node"],
    seconds: 60,
    seeds: Array.from({ length: 20 }, (_, index) => index + 1),
    readers: 8,
    writers: 4,
    keys: 50,
    kill: false,
    parallel: 1,
  });
});

test("readOptions() reads what is chosen", () => {
  const chosen = ["--runtime", "node", "--runtime", "bun", "--runtime", "node", "--seed", "7", "--seeds", "2"];
  const options = readOptions([...chosen, "--kill", "--parallel", "2", "--seconds", "5", "--keys", "9"]);
  assert.deepEqual([options.contenders, options.seeds, options.kill], [["node", "bun"], [7, 8], true]);
  assert.deepEqual([options.parallel, options.seconds, options.keys], [2, 5, 9]);
});

test("readOptions() tells what is accepted", () => {
  const refused = [
    [["--runtime", "squid"], /"--runtime squid": it is none of bun, deno, node, varnish/],
    [["--seconds", "0"], /"--seconds 0": it is no whole number above zero/],
    [["--keys", "many"], /"--keys many"/],
    [["--runtime", "varnish", "--kill"], /"--kill" with "--runtime varnish"/],
    [["--speed", "1"], /--speed/],
  ] as const;
  for (const [args, message] of refused) assert.throws(() => readOptions(args), { message });
});
