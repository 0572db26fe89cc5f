import assert from "node:assert/strict";
import { test } from "node:test";
import { readOptions } from "../../../bench/growth/options.ts";

test("readOptions() measures all axes up to a million keys when nothing is said", () => {
  const options = readOptions([]);
  assert.deepEqual(options.axes, ["keys", "variants", "connections", "size"]);
  assert.equal(options.mostKeys, 1_000_000);
});

test("readOptions() throws and tells what is accepted", () => {
  assert.throws(() => readOptions(["--only", "time"]), /"time" is none of keys, variants, connections, size/);
  assert.throws(() => readOptions(["--contenders", "haproxy"]), /"haproxy" is none of nginx, varnish, lacquer-bun/);
  assert.throws(() => readOptions(["--most-keys", "many"]), /it is no whole number above zero/);
});
