import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { getPriority } from "node:os";
import process from "node:process";
import { test } from "node:test";
import { HELPER_PRIORITY, putHelpersBehind } from "../../src/runtime/node-helper-threads.ts";

const isNode = process.versions["bun"] === undefined && process.versions["deno"] === undefined;
const skip = isNode && process.platform === "linux" ? false : "these threads are those of Node, as Linux shows them";

test("putHelpersBehind() lowers the priority of V8's threads, and of no other", { skip }, () => {
  const ofOthers = () => threads().filter(({ name }) => name !== "node-V8Worker").map(({ priority }) => priority);
  const before = ofOthers();
  putHelpersBehind();
  const helpers = threads().filter(({ name }) => name === "node-V8Worker");
  assert.ok(helpers.length > 0, "V8 has threads of that name");
  for (const { priority } of helpers) assert.equal(priority, HELPER_PRIORITY);
  assert.deepEqual(ofOthers(), before);
});

function threads(): { name: string; priority: number }[] {
  return readdirSync("/proc/self/task").map((id) => ({
    name: readFileSync(`/proc/self/task/${id}/comm`, "utf8").trim(),
    priority: getPriority(Number(id)),
  }));
}
