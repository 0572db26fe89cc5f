import assert from "node:assert/strict";
import { test } from "node:test";
import { parseResident } from "../../../bench/purge/resident-memory.ts";

test("parseResident() reads what the kernel tells of a process", () => {
  assert.equal(parseResident("Name:\tbun\nVmHWM:\t  900 kB\nVmRSS:\t  123456 kB\nRssAnon:\t  1 kB\n"), 123456 * 1024);
});

test("parseResident() is no number for a process that has ended", () => {
  assert.equal(parseResident("Name:\tbun\nState:\tZ (zombie)\n"), NaN);
});
