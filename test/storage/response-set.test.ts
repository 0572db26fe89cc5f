import assert from "node:assert/strict";
import { test } from "node:test";
import { ResponseSet } from "../../src/storage/response-set.ts";
import type { StoredResponse } from "../../src/storage/response-store.ts";

const responses = Array.from({ length: 20_000 }, (_, index) => ({ key: `/articles/${index}` }) as StoredResponse);

test("ResponseSet holds each response once, few or many", () => {
  const set = new ResponseSet();
  for (const stored of [...responses, ...responses]) set.add(stored);
  assert.equal(set.size, responses.length);
  assert.deepEqual(new Set(set), new Set(responses));
});

test("ResponseSet.delete() takes out what is in it, also what came when there were few", () => {
  const set = new ResponseSet();
  for (const stored of responses) set.add(stored);
  for (const stored of responses.slice(1)) set.delete(stored);
  set.delete({ key: "/articles/0" } as StoredResponse);
  assert.deepEqual([...set], responses.slice(0, 1));
  assert.equal(set.size, 1);
});

test("ResponseSet can be gone through while it shrinks", () => {
  const set = new ResponseSet();
  for (const stored of responses) set.add(stored);
  let seen = 0;
  for (const stored of set) {
    set.delete(stored);
    seen++;
  }
  assert.equal(seen, responses.length);
  assert.equal(set.size, 0);
});
