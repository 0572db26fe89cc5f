/** Asking the origin about several stored variants at once, and what a 304 says of which (RFC 9111 §4.3). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../src/storage/memory-store.ts";
import { sent } from "../support/ranged-origin.ts";
import { originResponse, type ScriptedProxy, settled, startProxy } from "../support/scripted-proxy.ts";

const VARIES = { "cache-control": "max-age=60", vary: "accept-language" };

function budgeted() {
  let used = () => 0;
  let memory!: { reserve(bytes: number): boolean; readonly limit: number; readonly used: number };
  let store!: MemoryStore;
  const proxy = startProxy({
    createStore: (budget) => {
      used = () => budget.used;
      memory = budget;
      return store = new MemoryStore(budget);
    },
  });
  // What is remembered of the key stays, whatever is stored for it.
  const usedByStored = () => used() - proxy.engine.coalescing.bytesRemembered;
  return { proxy, used: usedByStored, memory: () => memory, store: () => store };
}

const ask = (proxy: ScriptedProxy, language: string) =>
  proxy.get("/page", { headers: { "accept-language": language } });

test("a variant that is not stored is asked for with the tags of those that are, and the 304 chooses", async () => {
  const { proxy } = budgeted();
  proxy.origin.respond((request) => {
    if (sent(request, "accept-language") === "at") return originResponse("", { ...VARIES, etag: '"de"' }, 304);
    const isGerman = sent(request, "accept-language") === "de";
    return originResponse(isGerman ? "eins" : "one", { ...VARIES, etag: isGerman ? '"de"' : '"en"' });
  });
  for (const language of ["de", "en"]) await (await ask(proxy, language)).text();
  await settled();
  proxy.clock.advance(30_000);
  const response = await ask(proxy, "at");
  assert.deepEqual(sent(proxy.origin.requests.at(-1), "if-none-match")?.split(", ").toSorted(), ['"de"', '"en"']);
  assert.deepEqual([response.status, await response.text(), response.headers.get("etag")], [200, "eins", '"de"']);
  assert.equal(response.headers.get("cache-status"), "lacquer; fwd=vary-miss; fwd-status=304; ttl=60; stored");
  await settled();
  for (const language of ["at", "de"]) { // the one that was confirmed is as fresh again
    const hit = await ask(proxy, language);
    assert.equal(hit.headers.get("cache-status"), "lacquer; hit; ttl=60");
    assert.equal(await hit.text(), "eins");
  }
  assert.equal((await ask(proxy, "en")).headers.get("cache-status"), "lacquer; hit; ttl=30");
});

test("two variants of one body take its memory once, and give it back with the last of them", async () => {
  for (const order of [["de", "at"], ["at", "de"]]) {
    const { proxy, used, store } = budgeted();
    proxy.origin.reply("eins", { ...VARIES, etag: '"de"' }).reply("", { ...VARIES, etag: '"de"' }, 304)
      .reply("zwei", { ...VARIES, etag: '"2"' });
    for (const language of ["de", "at"]) await (await ask(proxy, language)).text();
    await settled();
    assert.equal(proxy.engine.size, 2);
    const held = store().get("http://example.org/page") ?? [];
    assert.equal(held[0]?.body, held[1]?.body);
    const before = used();
    // Each is replaced in turn by a response of its own.
    proxy.clock.advance(700_000);
    for (const language of order) {
      assert.equal(await (await ask(proxy, language)).text(), "zwei");
      await settled();
    }
    assert.ok(used() <= before + 4, "bytes of both, and not more");
    proxy.engine.invalidate("http://example.org/page");
    assert.equal(used(), 0);
  }
});

test("evicting one of two that share a body, then the other, leaves the budget balanced", async () => {
  const { proxy, used, memory, store } = budgeted();
  proxy.origin.reply("eins", { ...VARIES, etag: '"de"' }).reply("", { ...VARIES, etag: '"de"' }, 304);
  for (const language of ["de", "at"]) await (await ask(proxy, language)).text();
  await settled();
  assert.equal(proxy.engine.size, 2);
  const one = memory().limit - memory().used + 1;
  assert.ok(memory().reserve(one));
  assert.equal(proxy.engine.size, 1);
  assert.equal((store().get("http://example.org/page") ?? [])[0]?.body.heldBytes, 4, "the other still holds the body");
  assert.equal(await (await ask(proxy, "at")).text() || "", "eins");
  proxy.engine.invalidate("http://example.org/page");
  assert.equal(used(), one);
});

test("a 304 without a tag chooses nothing where several were sent: the whole is fetched", async () => {
  const proxy = startProxy();
  let count = 0;
  proxy.origin.respond((request) => {
    if (request.fields.some(([name]) => name === "if-none-match")) return originResponse("", VARIES, 304);
    return originResponse(`v${++count}`, { ...VARIES, etag: `"${count}"` });
  });
  for (const language of ["de", "en", "fr"]) {
    assert.equal(await (await ask(proxy, language)).text(), `v${["de", "en", "fr"].indexOf(language) + 1}`);
    await settled();
  }
  assert.equal(proxy.origin.requests.length, 5);
});

test("a 304 with a tag that was never sent confirms nothing", async () => {
  const proxy = startProxy();
  let count = 0;
  proxy.origin.respond((request) => {
    if (request.fields.some(([name]) => name === "if-none-match")) {
      return originResponse("", { ...VARIES, etag: '"9"' }, 304);
    }
    return originResponse(`v${++count}`, { ...VARIES, etag: `"${count}"` });
  });
  assert.equal(await (await ask(proxy, "de")).text(), "v1");
  await settled();
  assert.equal(await (await ask(proxy, "en")).text(), "v2");
});

test("weak tags of other variants are not sent, that of the response in question is", async () => {
  const proxy = startProxy();
  proxy.origin.respond((request) =>
    originResponse("page", { ...VARIES, etag: `W/"${sent(request, "accept-language")}"` })
  );
  for (const language of ["de", "en"]) await (await ask(proxy, language)).text();
  await settled();
  await (await ask(proxy, "fr")).text();
  assert.equal(proxy.origin.lastField("if-none-match"), undefined);
  await settled();
  proxy.clock.advance(70_000);
  await (await ask(proxy, "de")).text();
  assert.equal(proxy.origin.lastField("if-none-match"), 'W/"de"');
});

test("a response without a tag is asked about by its date alone, which tags of others would hide (RFC 9110 §13.1.3)", async () => {
  const proxy = startProxy();
  const modified = "Wed, 31 Dec 2025 12:00:00 GMT";
  proxy.origin.respond((request) =>
    originResponse("page", {
      ...VARIES,
      ...(sent(request, "accept-language") === "de" ? { "last-modified": modified } : { etag: '"en"' }),
    })
  );
  for (const language of ["de", "en"]) await (await ask(proxy, language)).text();
  await settled();
  proxy.clock.advance(70_000);
  await (await ask(proxy, "de")).text();
  assert.equal(proxy.origin.lastField("if-modified-since"), modified);
  assert.equal(proxy.origin.lastField("if-none-match"), undefined);
});

test("a 304 that forbids storing takes out what is stored; one that is only for an authorised client does not", async () => {
  for (const [fields, size] of [[{ "cache-control": "private" }, 0], [{ "cache-control": "max-age=60" }, 1]] as const) {
    const proxy = startProxy();
    proxy.origin.reply("v1", { "cache-control": "max-age=60", etag: '"1"' }).reply("", { ...fields, etag: '"1"' }, 304);
    await proxy.getText("/page");
    await settled();
    proxy.clock.advance(70_000);
    const headers: Record<string, string> = size === 1 ? { authorization: "x" } : {};
    assert.equal(await proxy.getText("/page", { headers }), "v1");
    await settled();
    assert.equal(proxy.engine.size, size);
  }
});
