import assert from "node:assert/strict";
import { test } from "node:test";
import { check } from "../../src/cli/check.ts";
import { fakeRuntime } from "../support/fake-runtime.ts";

test("check() prints the effective configuration as JSON", async () => {
  const runtime = fakeRuntime([], { files: { "a.json": '{"memory": "1GiB", "origins": ["http://h"]}' } });
  assert.equal(await check(runtime, ["--config", "a.json"]), 0);
  const printed = JSON.parse(runtime.out.join(""));
  assert.equal(printed.memory, "1GiB");
  assert.equal(printed.freshness.keep, "10m");
  assert.equal(printed.origins[0].timeouts.firstByte, "30s");
});

test("check() prints the defaults when there is no configuration file", async () => {
  const runtime = fakeRuntime();
  assert.equal(await check(runtime, []), 0);
  assert.equal(JSON.parse(runtime.out.join("")).listen, "127.0.0.1:8080");
});

test("check() throws every problem of a file and names the file", async () => {
  const config = '{"memory": "x", "log": "y", "listen": "z"}';
  const runtime = fakeRuntime([], { files: { "lacquer.config.json": config } });
  await assert.rejects(check(runtime, []), (error: Error) => {
    assert.match(
      error.message,
      /^Cannot use lacquer.config.json: 3 problems\n {2}listen: .*\n {2}memory: .*\n {2}log: /,
    );
    return true;
  });
  assert.deepEqual(runtime.out, []);
});
