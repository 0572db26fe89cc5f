// Takes a directory, says so or who has it, and keeps it until the process is killed.
import { writeSync } from "node:fs";
import process from "node:process";
import { lockDirectory } from "../../src/runtime/directory-lock.ts";

const attempt = await lockDirectory(process.argv[2] ?? "");
if ("heldBy" in attempt) {
  writeSync(1, `held by ${attempt.heldBy}\n`);
} else {
  writeSync(1, "taken\n");
  setInterval(() => {}, 60_000);
}
