import assert from "node:assert/strict";
import { test } from "node:test";
import { SearchAliases } from "../../src/engine/search-aliases.ts";
import { ByteBudget } from "../../src/storage/byte-budget.ts";
import { storedResponse } from "../storage/response-store-contract.ts";

function setup(limit = 1_000_000) {
  const budget = new ByteBudget(limit);
  const aliases = new SearchAliases(budget);
  const bodies = new ByteBudget(1_000_000);
  const learn = async (uri: string, field = 'params=("utm")', key = uri) => {
    const stored = await storedResponse(bodies, { uri, key, fields: [["no-vary-search", field]], size: 1 });
    aliases.learn(stored ?? assert.fail("no memory"));
    return stored!;
  };
  return { budget, aliases, learn };
}

test("SearchAliases.candidates() names the latest responses to an equivalent query, under other keys only", async () => {
  const { aliases, learn } = setup();
  assert.deepEqual(aliases.candidates("http://a/?id=1"), []);
  await learn("http://a/?id=1&utm=x");
  assert.deepEqual(aliases.candidates("http://a/?id=1"), ["http://a/?id=1&utm=x"]);
  assert.deepEqual(aliases.candidates("http://a/?id=1&utm=x"), []);
  for (const uri of ["http://a/?id=2", "http://a/b?id=1", "http://a/", "http://b/?id=1"]) {
    assert.deepEqual(aliases.candidates(uri), [], uri);
  }
  await learn("http://a/?id=1&utm=y");
  assert.deepEqual(aliases.candidates("http://a/?id=1"), ["http://a/?id=1&utm=y", "http://a/?id=1&utm=x"]);
  for (let i = 0; i < 20; i++) await learn(`http://a/?id=1&utm=${i}`);
  assert.equal(aliases.candidates("http://a/?id=1").length, 8);
});

test("SearchAliases.candidates() heeds the latest variances of a path, not more than four", async () => {
  const { aliases, learn } = setup();
  for (const name of ["a", "b", "c", "d", "e"]) await learn(`http://a/?${name}=1`, `params=("${name}")`);
  const found = ["a", "b", "c", "d", "e"].map((name) => aliases.candidates(`http://a/?${name}=2`).length);
  assert.deepEqual(found, [0, 1, 1, 1, 1]);
});

test("SearchAliases.learn() takes nothing from a QUERY, nor from a response that says nothing valid", async () => {
  const { budget, aliases, learn } = setup();
  await learn("http://a/?utm=x", 'params=("utm")', "http://a/?utm=x\nquery");
  await learn("http://a/?utm=x", "params=utm");
  assert.deepEqual([aliases.candidates("http://a/"), budget.used], [[], 0]);
});

test("SearchAliases.answers() decides by the field of the response itself", async () => {
  const { aliases, learn } = setup();
  const stored = await learn("http://a/?id=1&utm=x");
  assert.ok(aliases.answers(stored, "http://a/?utm=y&id=1"));
  assert.ok(!aliases.answers(stored, "http://a/?id=2&utm=x"));
  assert.ok(!aliases.answers(stored, "http://a/b?id=1&utm=x"));
  assert.ok(!aliases.answers({ ...stored, fields: [] }, "http://a/?id=1"));
});

test("SearchAliases takes a small share of the budget, and forgets the oldest first", async () => {
  const { budget, aliases, learn } = setup(32_000);
  const uri = (i: number) => `http://a/?id=${i}&utm=x`;
  for (let i = 0; i < 50; i++) await learn(uri(i));
  assert.ok(budget.used > 500 && budget.used <= 1_000, `${budget.used}`);
  assert.deepEqual(aliases.candidates("http://a/?id=49"), [uri(49)]);
  assert.deepEqual(aliases.candidates("http://a/?id=0"), []);
  await learn(`http://a/?${"x".repeat(2_000)}`);
  assert.ok(budget.used <= 1_000, "one that is larger than the share is not kept");
});
