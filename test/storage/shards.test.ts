import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Shards } from "../../src/storage/shards.ts";

test("Shards.of() gives the same part for the same key, whatever was asked for in between", () => {
  const shards = new Shards(() => new Map<string, string>());
  fc.assert(fc.property(fc.array(fc.string()), (keys) => {
    for (const key of keys) shards.of(key).set(key, key);
    for (const key of keys) assert.equal(shards.of(key).get(key), key);
  }));
});

test("Shards.of() parts keys evenly that differ by a number somewhere", () => {
  const forms = [
    (index: number) => `https://www.example.com/articles/${index}`,
    (index: number) => `https://www.example.com/articles/${index}/page?format=html`,
    (index: number) => `topic-${index}`,
    (index: number) => `${index}`,
  ];
  for (const form of forms) {
    const shards = new Shards(() => new Set<string>());
    for (let index = 0; index < 64_000; index++) shards.of(form(index)).add(form(index));
    const sizes = shards.all.map(({ size }) => size);
    assert.ok(Math.max(...sizes) < 2_000, `${form(7)}: as many as ${Math.max(...sizes)} of 64,000 in a part`);
  }
});
