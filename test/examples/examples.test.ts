import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { promisify } from "node:util";

const run = promisify(execFile);
const PERMISSIONS = "Deno" in globalThis ? ["run", "--cached-only", "--allow-all"] : [];

/** What an example prints on the runtime that runs this test. */
async function outputOf(example: string): Promise<string[]> {
  const { stdout } = await run(process.execPath, [...PERMISSIONS, example], { timeout: 20_000 });
  return stdout.trim().split("\n");
}

test("examples/hono-app.ts renders once for two visits", async () => {
  const [first, second] = await outputOf("examples/hono-app.ts");
  assert.match(first ?? "", /^visit 1: rendered 1 time\(s\) — lacquer; fwd=uri-miss/);
  assert.match(second ?? "", /^visit 2: rendered 1 time\(s\) — lacquer; hit/);
});

test("examples/library.ts asks once for each language, however it is spelt", async () => {
  const lines = await outputOf("examples/library.ts");
  assert.deepEqual(lines.map((line) => line.includes("; hit")), [false, false, true, true]);
});
