import { test } from "node:test";
import assert from "node:assert/strict";
import { barrier, openResponse, originResponse, settled, startProxy } from "../support/scripted-proxy.ts";

const CACHEABLE = { "cache-control": "max-age=60" };

test("200 requests for one cold key make one origin request, and all get the same bytes", async () => {
  const proxy = startProxy();
  const gate = barrier();
  proxy.origin.respond(async () => {
    await gate.passed;
    return originResponse("the page", CACHEABLE);
  });
  const waiting = Array.from({ length: 200 }, () => proxy.get("/page"));
  await settled();
  gate.open();
  const responses = await Promise.all(waiting);
  const bodies = await Promise.all(responses.map((response) => response.text()));
  assert.deepEqual(new Set(bodies), new Set(["the page"]));
  assert.equal(proxy.origin.requests.length, 1);
  const collapsed = responses.filter((response) => response.headers.get("cache-status")?.includes("; collapsed"));
  assert.equal(collapsed.length, 199);
});

test("one who comes while the body is still arriving reads it from its first byte", async () => {
  const proxy = startProxy();
  const open = openResponse(CACHEABLE);
  proxy.origin.respond(() => open.response);
  const first = await proxy.get("/page");
  open.send("one ");
  await settled();
  const late = await proxy.get("/page");
  open.send("two");
  open.end();
  assert.equal(await first.text(), "one two");
  assert.equal(await late.text(), "one two");
  assert.equal(proxy.origin.requests.length, 1);
  assert.match((await proxy.get("/page")).headers.get("cache-status") ?? "", /hit/);
});

test("bytes reach every reader as they arrive, not when the body is complete", async () => {
  const proxy = startProxy();
  const open = openResponse(CACHEABLE);
  proxy.origin.respond(() => open.response);
  const [a, b] = await Promise.all([proxy.get("/page"), proxy.get("/page")]);
  const readers = [a, b].map((response) => (response?.body as ReadableStream<Uint8Array>).getReader());
  open.send("first");
  const chunks = await Promise.all(readers.map((reader) => reader.read()));
  assert.deepEqual(chunks.map(({ value }) => new TextDecoder().decode(value)), ["first", "first"]);
  open.end();
  for (const reader of readers) assert.equal((await reader.read()).done, true);
});

test("private responses are never shared: all who waited go to the origin at once", async () => {
  const proxy = startProxy();
  const gates = Array.from({ length: 20 }, barrier);
  let served = 0;
  proxy.origin.respond(async () => {
    const turn = served++;
    await gates[turn]?.passed;
    return originResponse(`private ${turn}`, { "cache-control": "private, max-age=60" });
  });
  const waiting = Array.from({ length: 20 }, () => proxy.getText("/me"));
  await settled();
  assert.equal(proxy.origin.requests.length, 1);
  gates[0]?.open();
  await settled();
  assert.equal(proxy.origin.requests.length, 20);
  for (const gate of gates) gate.open();
  assert.equal(new Set(await Promise.all(waiting)).size, 20);
});

test("requests with different credentials do not wait for each other", async () => {
  const proxy = startProxy();
  const gate = barrier();
  proxy.origin.respond(async (request) => {
    await gate.passed;
    const cookie = request.fields.find(([name]) => name === "cookie")?.[1] ?? "";
    return originResponse(cookie, { "cache-control": "private" });
  });
  const waiting = ["a=1", "b=2"].map((cookie) => proxy.getText("/me", { headers: { cookie } }));
  await settled();
  assert.equal(proxy.origin.requests.length, 2);
  gate.open();
  assert.deepEqual(await Promise.all(waiting), ["a=1", "b=2"]);
});

test("those who waited for another variant than they need get their own, one request for each variant", async () => {
  const proxy = startProxy();
  const gate = barrier();
  proxy.origin.respond(async (request) => {
    await gate.passed;
    const colour = request.fields.find(([name]) => name === "x-colour")?.[1] ?? "none";
    return originResponse(colour, { ...CACHEABLE, vary: "X-Colour" });
  });
  const colours = Array.from({ length: 40 }, (_, i) => ["red", "green", "blue", "grey"][i % 4] as string);
  const waiting = colours.map((colour) => proxy.getText("/page", { headers: { "x-colour": colour } }));
  await settled();
  assert.equal(proxy.origin.requests.length, 1);
  gate.open();
  assert.deepEqual(await Promise.all(waiting), colours);
  assert.equal(proxy.origin.requests.length, 4);
});

test("once it is known what a key varies on, other variants do not wait at all", async () => {
  const proxy = startProxy();
  const gate = barrier();
  const fields = { ...CACHEABLE, vary: "X-Colour" };
  proxy.origin.reply("red", fields).respond(async () => {
    await gate.passed;
    return originResponse("other", fields);
  });
  await proxy.getText("/page", { headers: { "x-colour": "red" } });
  const waiting = ["green", "blue", "green"].map((colour) =>
    proxy.getText("/page", { headers: { "x-colour": colour } })
  );
  await settled();
  assert.equal(proxy.origin.requests.length, 3);
  gate.open();
  await Promise.all(waiting);
});

test("a failure is the answer to all who waited for it, once another of them has tried in vain", async () => {
  const proxy = startProxy();
  const gate = barrier();
  proxy.origin.respond(async () => {
    await gate.passed;
    return await failing();
  });
  const waiting = Array.from({ length: 50 }, () => proxy.get("/page"));
  await settled();
  gate.open();
  const statuses = (await Promise.all(waiting)).map((response) => response.status);
  assert.deepEqual(new Set(statuses), new Set([502]));
  assert.equal(proxy.origin.requests.length, 2);
});

async function failing(): Promise<never> {
  return await Promise.reject(new Error("refused"));
}

test("the fetch belongs to the engine: its first client may leave, the others go on and it is stored", async () => {
  const proxy = startProxy();
  const open = openResponse(CACHEABLE);
  proxy.origin.respond(() => open.response);
  const leader = await proxy.get("/page");
  const follower = await proxy.get("/page");
  await leader.body?.cancel();
  open.send("whole");
  open.end();
  assert.equal(await follower.text(), "whole");
  assert.match((await proxy.get("/page")).headers.get("cache-status") ?? "", /hit/);
});

test("a fetch that nobody reads any more and that will not be stored is given up", async () => {
  const proxy = startProxy({ maxObjectBytes: 10 });
  const open = openResponse({ ...CACHEABLE, "content-length": "1000" }, "length");
  proxy.origin.respond(() => open.response);
  const response = await proxy.get("/page");
  await response.body?.cancel();
  await settled();
  assert.ok(open.cancelled);
});

test("a body cut short breaks off every reader and is not stored", async () => {
  const proxy = startProxy();
  const open = openResponse(CACHEABLE);
  proxy.origin.respond(() => open.response).reply("whole", CACHEABLE);
  const responses = await Promise.all([proxy.get("/page"), proxy.get("/page")]);
  open.send("half");
  open.fail();
  for (const response of responses) await assert.rejects(response.text());
  await settled();
  assert.equal(proxy.engine.size, 0);
  assert.equal(await proxy.getText("/page"), "whole");
  assert.equal(proxy.exchanges[0]?.complete, false);
});

test("a body shorter than declared is not stored, though its stream ends", async () => {
  const proxy = startProxy();
  const open = openResponse({ ...CACHEABLE, "content-length": "10" }, "length");
  proxy.origin.respond(() => open.response);
  const response = await proxy.get("/page");
  open.send("short");
  open.end();
  await assert.rejects(response.text());
  await settled();
  assert.equal(proxy.engine.size, 0);
});

test("a body that outgrows the largest stored size in mid-flight is passed on whole and not stored", async () => {
  const proxy = startProxy({ maxObjectBytes: 20_000 });
  const open = openResponse(CACHEABLE);
  proxy.origin.respond(() => open.response);
  const response = await proxy.get("/page");
  const text = response.text();
  for (let i = 0; i < 5; i++) open.send("x".repeat(7000));
  open.end();
  assert.equal((await text).length, 35_000);
  await settled();
  assert.equal(proxy.engine.size, 0);
});

test("what was being fetched when its target was changed is delivered and not stored", async () => {
  const proxy = startProxy();
  const gate = barrier();
  proxy.origin.respond(async () => {
    await gate.passed;
    return originResponse("old", CACHEABLE);
  }).reply("changed").reply("new", CACHEABLE);
  const waiting = proxy.getText("/page");
  await settled();
  await proxy.getText("/page", { method: "PUT", body: "x" });
  gate.open();
  assert.equal(await waiting, "old");
  assert.equal(await proxy.getText("/page"), "new");
});

test("a 304 for what was invalidated meanwhile is followed by an unconditional request", async () => {
  const proxy = startProxy();
  const gate = barrier();
  proxy.origin.reply("v1", { "cache-control": "max-age=10", etag: '"1"' }).respond(async () => {
    await gate.passed;
    return originResponse("", { etag: '"1"' }, 304);
  }).reply("v2", { "cache-control": "max-age=10", etag: '"2"' });
  await proxy.getText("/page");
  proxy.clock.advance(15_000);
  const waiting = proxy.getText("/page");
  await settled();
  proxy.engine.invalidate("http://example.org/page");
  gate.open();
  assert.equal(await waiting, "v2");
});

test("a follower's own conditions and range decide what it gets of a shared response", async () => {
  const proxy = startProxy();
  const gate = barrier();
  proxy.origin.respond(async () => {
    await gate.passed;
    return originResponse("0123456789", { ...CACHEABLE, etag: '"1"' });
  });
  const whole = proxy.get("/page");
  const part = proxy.get("/page", { headers: { range: "bytes=2-4" } });
  const known = proxy.get("/page", { headers: { "if-none-match": '"1"' } });
  await settled();
  gate.open();
  assert.equal(await (await whole).text(), "0123456789");
  assert.equal(await (await part).text(), "234");
  assert.equal((await known).status, 304);
  assert.equal(proxy.origin.requests.length, 1);
});

test("of two responses that are still arriving the newer one is joined", async () => {
  const proxy = startProxy({ isTrusted: () => true });
  const [older, newer] = [openResponse(CACHEABLE), openResponse(CACHEABLE)];
  proxy.origin.respond(() => older.response).respond(() => newer.response);
  const first = await proxy.get("/page");
  const peer = { address: "10.0.0.1" };
  const second = await proxy.get("/page", { headers: { "cache-control": "no-cache" }, peer });
  const third = await proxy.get("/page");
  older.send("older");
  newer.send("newer");
  for (const open of [older, newer]) open.end();
  const texts = await Promise.all([first, second, third].map((response) => response.text()));
  assert.deepEqual(texts, ["older", "newer", "newer"]);
  assert.equal(proxy.origin.requests.length, 2);
});
