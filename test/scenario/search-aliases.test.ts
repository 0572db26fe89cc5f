// A response that says which parameters do not matter answers the other queries too (No-Vary-Search).
import assert from "node:assert/strict";
import { test } from "node:test";
import { barrier, originResponse, settled, startProxy } from "../support/scripted-proxy.ts";

const ALIASED = { "cache-control": "max-age=600", "no-vary-search": 'params=("x")' };

test("a query that differs in what does not matter is a hit, one that differs otherwise is not", async () => {
  const proxy = startProxy();
  proxy.origin.reply("one", ALIASED).reply("two", ALIASED);
  await proxy.getText("/a?id=1&x=1");
  await settled();
  const response = await proxy.get("/a?id=1&x=2");
  assert.equal(await response.text(), "one");
  assert.equal(response.headers.get("cache-status"), "lacquer; hit; ttl=600");
  assert.equal(await proxy.getText("/a?id=1"), "one");
  assert.equal(await proxy.getText("/a?id=2&x=1"), "two");
  assert.equal(await proxy.getText("/b?id=1&x=1"), "two");
  assert.equal(proxy.origin.requests.length, 3);
});

test("the stored response decides: a field that is gone after a refresh leads nobody to it any more", async () => {
  const proxy = startProxy();
  proxy.origin.reply("one", { ...ALIASED, "cache-control": "max-age=1" }).reply("two", {
    "cache-control": "max-age=600",
  })
    .reply("three", { "cache-control": "max-age=600" });
  await proxy.getText("/a?id=1&x=1");
  proxy.clock.advance(2000);
  assert.equal(await proxy.getText("/a?id=1&x=1"), "two");
  assert.equal(await proxy.getText("/a?id=1&x=2"), "three");
});

test("a variant of another query is used only where this request selects it", async () => {
  const proxy = startProxy();
  proxy.origin.reply("de", { ...ALIASED, vary: "accept-language" }).reply("en", {
    ...ALIASED,
    vary: "accept-language",
  });
  await proxy.getText("/a?x=1", { headers: { "accept-language": "de" } });
  await settled();
  assert.equal(await proxy.getText("/a?x=2", { headers: { "accept-language": "en" } }), "en");
  assert.equal(await proxy.getText("/a?x=3", { headers: { "accept-language": "de" } }), "de");
});

test("a POST to a URI ends its aliases, also those that nobody knows of yet", async () => {
  const proxy = startProxy();
  const held = barrier();
  proxy.origin.respond(async () => {
    await held.passed;
    return originResponse("old", ALIASED);
  }).reply("posted").reply("new", ALIASED);
  const first = proxy.getText("/a?id=1&x=1");
  await settled();
  await proxy.getText("/a?id=1&x=2", { method: "POST", body: "x" });
  held.open();
  assert.equal(await first, "old");
  await settled();
  assert.equal(await proxy.getText("/a?id=1&x=2"), "new");
});

test("aliases leave the memory to responses, whatever queries clients make up", async () => {
  const proxy = startProxy({ memoryBytes: 1024 * 1024 });
  proxy.origin.reply("x", ALIASED);
  for (let i = 0; i < 300; i++) await proxy.getText(`/a?q=${i}${"z".repeat(3000)}`);
  await settled();
  const before = proxy.origin.requests.length;
  await proxy.getText("/plain");
  await settled();
  await proxy.getText("/plain");
  assert.equal(proxy.origin.requests.length, before + 1);
  assert.ok(proxy.engine.size > 20, `${proxy.engine.size} stored`);
});
