import assert from "node:assert/strict";
import { test } from "node:test";
import { main } from "../../src/cli/main.ts";
import { VERSION } from "../../src/cli/version.ts";
import { Exited, fakeRuntime } from "../support/fake-runtime.ts";

async function run(args: readonly string[]) {
  const runtime = fakeRuntime(args);
  const exited = await main(runtime).then(() => undefined, (error) => error);
  assert.ok(exited instanceof Exited);
  return { code: exited.code, out: runtime.out.join(""), errors: runtime.errors.join("") };
}

test("main() prints version and help on standard output and exits with 0", async () => {
  assert.deepEqual(await run(["--version"]), { code: 0, out: `lacquer ${VERSION} (node 0.0.0)\n`, errors: "" });
  for (
    const args of [["--help"], ["-h"], ["help"], ["serve", "--help"], ["check", "-h"], ["purge", "-h"], [
      "stats",
      "--help",
    ]]
  ) {
    const { code, out } = await run(args);
    assert.equal(code, 0);
    assert.match(out, /^lacquer: /);
  }
});

test("main() refuses an unknown or missing command, lists the accepted ones and exits with 2", async () => {
  const unknown = await run(["sreve"]);
  assert.equal(unknown.code, 2);
  assert.match(unknown.errors, /"sreve": unknown command, accepted: serve, check/);
  const missing = await run([]);
  assert.equal(missing.code, 2);
  assert.match(missing.errors, /no command given, accepted: serve, check/);
});

test("main() says that explain comes with a later release", async () => {
  const { code, errors } = await run(["explain", "http://h/"]);
  assert.equal(code, 2);
  assert.match(errors, /"explain": comes with a later release/);
});

test("main() exits with 2 where purge and stats are used wrongly, and with 1 where they cannot ask", async () => {
  for (
    const [args, code] of [[["purge"], 2], [["stats", "--nope"], 2], [["purge", "--all"], 1], [["stats"], 1]] as const
  ) {
    const ended = await run(args);
    assert.deepEqual([ended.code, ended.out], [code, ""]);
    if (code === 1) assert.match(ended.errors, /^Cannot ask the admin API: LACQUER_ADMIN_TOKEN is not set\n/);
  }
});

test("main() reports bad usage on standard error only", async () => {
  const { code, out, errors } = await run(["serve", "--nope"]);
  assert.deepEqual([code, out], [2, ""]);
  assert.match(errors, /^Cannot run "lacquer serve": 1 problem\n {2}--nope: unknown flag/);
});
