import assert from "node:assert/strict";
import { test } from "node:test";
import { formatByteSize, parseByteSize } from "../../src/config/byte-size.ts";

test("parseByteSize() reads binary units as powers of 1024 and decimal ones as powers of 1000", () => {
  assert.deepEqual(["1KiB", "256MiB", "1GiB", "2TiB"].map(parseByteSize), [
    1024,
    256 * 1024 ** 2,
    1024 ** 3,
    2 * 1024 ** 4,
  ]);
  assert.deepEqual(["1KB", "500MB", "1GB", "2TB"].map(parseByteSize), [1e3, 5e8, 1e9, 2e12]);
});

test("parseByteSize() reads a bare number and B as bytes", () => {
  assert.deepEqual([4096, "4096", "4096B", 0].map(parseByteSize), [4096, 4096, 4096, 0]);
});

test("parseByteSize() refuses a unit it does not know", () => {
  for (const text of ["1M", "1mb", "1mib", "1 MiB", "1PiB", "1Mb", "1kB"]) {
    assert.equal(parseByteSize(text), undefined, text);
  }
});

test("parseByteSize() refuses what is no whole number of bytes", () => {
  for (
    const size of ["", "MiB", "1.5GiB", "-1", "0x10", "1e3", 1.5, -1, NaN, Infinity, "9007199254740993", "9999TiB"]
  ) {
    assert.equal(parseByteSize(size), undefined, String(size));
  }
});

test("formatByteSize() writes the largest binary unit that divides, and parseByteSize() reads it back", () => {
  assert.deepEqual([0, 1500, 1536, 1024 ** 3].map(formatByteSize), ["0B", "1500B", "1536B", "1GiB"]);
  for (const bytes of [1, 1000, 1024, 5e8, 256 * 1024 ** 2]) assert.equal(parseByteSize(formatByteSize(bytes)), bytes);
});
