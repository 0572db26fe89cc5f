// Bodies that their origin breaks off, seen through the engine: what is asked for again, and of whom it is told.
import assert from "node:assert/strict";
import { test } from "node:test";
import { holdOrigin } from "../support/held-origin.ts";
import { openResponse, type ScriptedProxy, settled, startProxy } from "../support/scripted-proxy.ts";

const PAGE = "0123456789".repeat(10);
const FIELDS = { "cache-control": "max-age=60", etag: '"1"' };

/** Two clients of `/page`, of which `sent` bytes have come when the origin breaks off. */
async function breakingOff(proxy: ScriptedProxy, fields: Record<string, string>, sent: number) {
  const framing = "content-length" in fields ? "length" : "chunked";
  const held = holdOrigin(proxy);
  const asked = [proxy.get("/page"), proxy.get("/page")];
  await settled();
  const open = openResponse(fields, framing);
  await held[0]!.respond(open.response);
  const texts = (await Promise.all(asked)).map((response) => response.text());
  for (const text of texts) text.catch(() => {});
  if (sent > 0) open.send(PAGE.slice(0, sent));
  await settled();
  open.fail();
  await settled();
  return { held, texts };
}

const part = (first: number, fields: Record<string, string> = FIELDS) => {
  const range = `bytes ${first}-${PAGE.length - 1}/${PAGE.length}`;
  return [PAGE.slice(first), { ...fields, "content-range": range }, 206] as const;
};

test("what has a strong tag is asked for from where it broke off, and everybody reads on; it is stored", async () => {
  const proxy = startProxy();
  const { held, texts } = await breakingOff(proxy, FIELDS, 30);
  assert.deepEqual([held[1]?.field("range"), held[1]?.field("if-range")], ["bytes=30-", '"1"']);
  await held[1]!.reply(...part(30));
  assert.deepEqual(await Promise.all(texts), [PAGE, PAGE]);
  assert.equal(await proxy.getText("/page"), PAGE);
  assert.equal(held.length, 2);
  assert.equal(proxy.engine.coalescing.resumes, 1);
});

const NOT_THE_REST: readonly (readonly [what: string, Parameters<ReturnType<typeof holdOrigin>[number]["reply"]>])[] = [
  ["the whole", [PAGE, FIELDS, 200]],
  ["a rest under another tag", [...part(30, { ...FIELDS, etag: '"2"' })]],
  ["a rest under a weak tag", [...part(30, { ...FIELDS, etag: 'W/"1"' })]],
  ["another range", [...part(20)]],
  ["a rest without its place", [PAGE.slice(30), FIELDS, 206]],
  ["nothing satisfiable", ["", {}, 416]],
];

for (const [what, reply] of NOT_THE_REST) {
  test(`where the origin sends ${what} instead, those who have been sent bytes are broken off, and nothing is stored`, async () => {
    const proxy = startProxy();
    const { held, texts } = await breakingOff(proxy, FIELDS, 30);
    await held[1]!.reply(...reply);
    for (const text of texts) await assert.rejects(text);
    assert.equal(held.length, 2);
    assert.equal(proxy.engine.size, 0);
    assert.equal(proxy.engine.coalescing.bytesInFlight, 0);
  });
}

for (const tag of [undefined, 'W/"1"']) {
  test(`what has no strong tag is not asked for in part (${tag})`, async () => {
    const proxy = startProxy();
    const { held, texts } = await breakingOff(proxy, { "cache-control": "max-age=60", ...(tag && { etag: tag }) }, 30);
    for (const text of texts) await assert.rejects(text);
    assert.equal(held.length, 1);
    assert.equal(proxy.engine.size, 0);
  });
}

test("those who have been sent nothing get all of a second response that says the same of itself", async () => {
  const proxy = startProxy();
  const fields = { "cache-control": "max-age=60", "content-type": "text/plain", date: "Thu, 01 Jan 2026 00:00:00 GMT" };
  const { held, texts } = await breakingOff(proxy, fields, 0);
  assert.equal(held[1]?.field("range"), undefined);
  const again = openResponse({ ...fields, date: "Thu, 01 Jan 2026 00:00:01 GMT" });
  again.send(PAGE);
  again.end();
  await held[1]!.respond(again.response);
  assert.deepEqual(await Promise.all(texts), [PAGE, PAGE]);
  assert.equal(await proxy.getText("/page"), PAGE);
  assert.equal(proxy.engine.coalescing.restarts, 1);
});

const OTHER_HEADS: readonly Record<string, string>[] = [
  { "content-type": "text/html" },
  { "cache-control": "max-age=60, private" },
  { "set-cookie": "a=b" },
  { etag: '"2"' },
  { "x-version": "2" },
];

for (const other of OTHER_HEADS) {
  test(`a second response that says anything else is nobody's (${JSON.stringify(other)})`, async () => {
    const proxy = startProxy();
    const fields = { "cache-control": "max-age=60", "content-type": "text/plain", "x-version": "1" };
    const { held, texts } = await breakingOff(proxy, fields, 0);
    const again = openResponse({ ...fields, ...other });
    await held[1]!.respond(again.response);
    for (const text of texts) await assert.rejects(text);
    assert.ok(again.cancelled);
    assert.equal(proxy.engine.size, 0);
  });
}

test("a part that breaks off is asked for from where it did, within its range", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const asked = proxy.get("/page", { headers: { range: "bytes=10-49" } });
  await settled();
  const open = openResponse({ ...FIELDS, "content-range": "bytes 10-49/100", "content-length": "40" }, "length", 206);
  await held[0]!.respond(open.response);
  const text = (await asked).text();
  open.send(PAGE.slice(10, 20));
  open.fail();
  await settled();
  assert.equal(held[1]?.field("range"), "bytes=20-49");
  await held[1]!.reply(PAGE.slice(20, 50), { ...FIELDS, "content-range": "bytes 20-49/100" }, 206);
  assert.equal(await text, PAGE.slice(10, 50));
});

test("nothing is asked for again of a middleware chain, which runs once", async () => {
  const proxy = startProxy();
  const open = openResponse(FIELDS);
  let asked = 0;
  const origin = {
    once: true,
    fetch: () => {
      asked++;
      return Promise.resolve(open.response);
    },
    close: () => Promise.resolve(),
  };
  const response = await proxy.engine.handle(new Request("http://example.org/page"), { origin });
  const text = response.text();
  open.send("some");
  open.fail();
  await assert.rejects(text);
  assert.equal(asked, 1);
});

test("what breaks off after it was invalidated is read to its end, and not stored", async () => {
  const proxy = startProxy();
  const { held, texts } = await breakingOff(proxy, FIELDS, 30);
  proxy.engine.invalidate("http://example.org/page");
  await held[1]!.reply(...part(30));
  assert.deepEqual(await Promise.all(texts), [PAGE, PAGE]);
  await settled();
  assert.equal(proxy.engine.size, 0);
});

test("a client too slow for the others of a response too large to store gets the rest by a range of its own", async () => {
  const proxy = startProxy({ maxObjectBytes: 1_000 });
  const big = new Uint8Array(3 * 1024 * 1024).map((_, i) => i % 251);
  const held = holdOrigin(proxy);
  const asked = [proxy.get("/page"), proxy.get("/page")];
  await settled();
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(big.slice(at, at += 65_536));
      if (at >= big.byteLength) controller.close();
    },
  });
  const fields: [string, string][] = [...Object.entries(FIELDS), ["content-length", String(big.byteLength)]];
  await held[0]!.respond({ status: 200, fields, body, framing: "length", origin: "scripted" });
  const [fast, slow] = await Promise.all(asked);
  const reading = fast!.arrayBuffer();
  await settled();
  proxy.clock.advance(1_000);
  assert.deepEqual(new Uint8Array(await reading), big);
  const rest = slow!.arrayBuffer();
  await settled();
  assert.equal(held[1]?.field("range"), "bytes=0-");
  await held[1]!.respond({
    status: 206,
    fields: [...Object.entries(FIELDS) as [string, string][], [
      "content-range",
      `bytes 0-${big.byteLength - 1}/${big.byteLength}`,
    ]],
    body: new Response(big).body,
    framing: "chunked",
    origin: "scripted",
  });
  assert.deepEqual(new Uint8Array(await rest), big);
  assert.equal(proxy.engine.coalescing.leftBehind, 1);
  assert.equal(proxy.engine.size, 0);
});

const LAST_MODIFIED = { "last-modified": "Mon, 23 Nov 2026 00:00:00 GMT", date: "Wed, 25 Nov 2026 00:00:00 GMT" };

test("a date is no validator of a coding: what has no tag is not asked for again where it was coded", async () => {
  const proxy = startProxy();
  const coded = { "cache-control": "max-age=60", ...LAST_MODIFIED, "content-encoding": "gzip" };
  const { held, texts } = await breakingOff(proxy, { ...coded, "content-length": "100" }, 30);
  for (const text of texts) await assert.rejects(text);
  assert.equal(held.length, 1);
});

test("a date is asked for the rest of what it is the date of only where the length is known too", async () => {
  const dated = { "cache-control": "max-age=60", ...LAST_MODIFIED };
  const unknown = startProxy();
  await Promise.all((await breakingOff(unknown, dated, 30)).texts.map((text) => assert.rejects(text)));
  assert.equal(unknown.origin.requests.length, 1);
  const known = startProxy();
  const { held, texts } = await breakingOff(known, { ...dated, "content-length": "100" }, 30);
  assert.equal(held[1]?.field("if-range"), LAST_MODIFIED["last-modified"]);
  await held[1]!.reply(...part(30, dated));
  assert.deepEqual(await Promise.all(texts), [PAGE, PAGE]);
});

test("a rest in another coding than the beginning is not its rest, whatever its tag", async () => {
  const proxy = startProxy();
  const { held, texts } = await breakingOff(proxy, { ...FIELDS, "content-encoding": "gzip" }, 30);
  await held[1]!.reply(...part(30, { ...FIELDS, "content-encoding": "br" }));
  for (const text of texts) await assert.rejects(text);
  assert.equal(proxy.engine.size, 0);
});

test("a rest that may not be stored does not become part of what others get", async () => {
  const proxy = startProxy();
  const { held, texts } = await breakingOff(proxy, FIELDS, 30);
  await held[1]!.reply(...part(30, { ...FIELDS, "cache-control": "private" }));
  for (const text of texts) await assert.rejects(text);
  assert.equal(proxy.engine.size, 0);
});

test("a second answer that is older than the first does not take its place", async () => {
  const proxy = startProxy();
  const { held, texts } = await breakingOff(proxy, { "cache-control": "max-age=60" }, 0);
  const older = openResponse({ "cache-control": "max-age=60", age: "50" });
  older.send(PAGE);
  older.end();
  await held[1]!.respond(older.response);
  for (const text of texts) await assert.rejects(text);
  assert.equal(proxy.engine.size, 0);
});

test("nobody is told of interim responses to a question that only the cache has asked", async () => {
  const proxy = startProxy();
  const held = holdOrigin(proxy);
  const told: number[] = [];
  const asked = proxy.get("/page", { peer: { inform: (status) => void told.push(status) } });
  await settled();
  const open = openResponse(FIELDS);
  assert.notEqual(held[0]!.request.onInformational, undefined);
  await held[0]!.respond(open.response);
  const text = (await asked).text();
  open.send(PAGE.slice(0, 30));
  await settled();
  open.fail();
  await settled();
  assert.equal(held[1]!.request.onInformational, undefined);
  await held[1]!.reply(...part(30));
  assert.equal(await text, PAGE);
  assert.deepEqual(told, []);
});
