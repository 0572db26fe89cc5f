// A stored part is completed only into what may be stored, and never into anything that is not the whole.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { BodyFraming } from "../../src/origin/origin-client.ts";
import { barrier, originResponse, type ScriptedProxy, settled, startProxy } from "../support/scripted-proxy.ts";

const FRESH = { "cache-control": "max-age=60", etag: '"1"' };

function part(body: string, range: string, fields: Record<string, string> = FRESH) {
  return originResponse(body, { ...fields, "content-range": `bytes ${range}/10` }, 206);
}

/** A proxy that holds the first half of `0123456789`. */
async function withHalf(fields: Record<string, string> = FRESH): Promise<ScriptedProxy> {
  const proxy = startProxy();
  proxy.origin.respond(() => part("01234", "0-4", fields));
  assert.equal(await proxy.getText("/file", { headers: { range: "bytes=0-4" } }), "01234");
  await settled();
  return proxy;
}

test("the rest that a stored part lacks is asked for, on condition that nothing has changed, and makes it whole", async () => {
  const proxy = await withHalf();
  proxy.origin.respond(() => part("56789", "5-9"));
  const response = await proxy.get("/file");
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-range"), null);
  assert.equal(response.headers.get("cache-status"), "lacquer; fwd=partial; fwd-status=206; ttl=60; stored");
  assert.equal(await response.text(), "0123456789");
  assert.deepEqual(["range", "if-range"].map((name) => proxy.origin.lastField(name)), ["bytes=5-", '"1"']);
  await settled();
  assert.equal((await proxy.get("/file")).headers.get("cache-status"), "lacquer; hit; ttl=60");
});

const REFUSED: ReadonlyArray<[what: string, fields: Record<string, string>, framing: BodyFraming]> = [
  ["no-store", { "cache-control": "no-store" }, "length"],
  ["Set-Cookie", { "set-cookie": "a=b" }, "length"],
  ["no known end", {}, "close"],
];

for (const [what, fields, framing] of REFUSED) {
  test(`a rest with ${what} is left alone, and the whole is fetched instead`, async () => {
    const proxy = await withHalf();
    proxy.origin.respond(() => ({ ...part("56789", "5-9", { ...FRESH, ...fields }), framing }))
      .reply("0123456789", { "cache-control": "no-store" });
    assert.equal(await proxy.getText("/file"), "0123456789");
    assert.equal(proxy.origin.requests.length, 3);
    assert.equal(proxy.engine.fetching, 0);
  });
}

test("a rest for an authorised client is left alone, and its body with it", async () => {
  const proxy = await withHalf();
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>({ cancel: () => void (isCancelled = true) });
  proxy.origin.respond(() => ({ ...part("56789", "5-9"), body })).reply("0123456789", FRESH);
  assert.equal(await proxy.getText("/file", { headers: { authorization: "Basic x" } }), "0123456789");
  assert.equal(isCancelled, true);
});

for (const status of [304, 412, 416]) {
  test(`a ${status} to the question for the rest is not the answer to a client that asked for everything`, async () => {
    const proxy = await withHalf();
    proxy.origin.reply("", { etag: '"1"' }, status).reply("0123456789", FRESH);
    const response = await proxy.get("/file");
    assert.deepEqual([response.status, await response.text()], [200, "0123456789"]);
  });
}

test("checksums of content are not those of a part, nor of what parts make together", async () => {
  const whole = startProxy();
  whole.origin.reply("0123456789", { ...FRESH, "content-digest": "sha-256=:AAAA:", "content-md5": "AAAA" });
  await whole.getText("/file");
  for (const range of ["bytes=0-1", "bytes=0-1,4-5", "bytes=99-"]) {
    const { headers } = await whole.get("/file", { headers: { range } });
    assert.deepEqual([headers.get("content-digest"), headers.get("content-md5")], [null, null], range);
  }
  assert.equal((await whole.get("/file")).headers.get("content-digest"), "sha-256=:AAAA:");
  const parts = await withHalf({ ...FRESH, "content-digest": "sha-256=:BBBB:" });
  parts.origin.respond(() => part("56789", "5-9", { ...FRESH, "content-digest": "sha-256=:CCCC:" }));
  await parts.getText("/file", { headers: { range: "bytes=5-9" } });
  await settled();
  const { headers } = await parts.get("/file");
  assert.deepEqual([headers.get("cache-status"), headers.get("content-digest")], ["lacquer; hit; ttl=60", null]);
});

test("a part that comes late does not take the place of the whole", async () => {
  const proxy = startProxy();
  const held = barrier();
  proxy.origin.respond(async () => {
    await held.passed;
    return part("01234", "0-4");
  }).reply("0123456789", FRESH);
  const late = proxy.getText("/file", { headers: { range: "bytes=0-4" } });
  await settled();
  await proxy.getText("/file");
  held.open();
  assert.equal(await late, "01234");
  await settled();
  assert.equal((await proxy.get("/file")).headers.get("cache-status"), "lacquer; hit; ttl=60");
});

test("what invalidates one part invalidates what it has become a part of", async () => {
  const proxy = await withHalf({ ...FRESH, "cache-groups": '"g"' });
  proxy.origin.respond(() => part("56789", "5-9"));
  await proxy.getText("/file", { headers: { range: "bytes=5-9" } });
  await settled();
  proxy.origin.reply("changed", { "cache-group-invalidation": '"g"' }).reply("new", FRESH);
  await proxy.getText("/other", { method: "POST", body: "x" });
  assert.equal(await proxy.getText("/file"), "new");
});

test("short parts wait beside a long one instead of being copied into it each time", async () => {
  const proxy = startProxy();
  const size = 1024 * 1024;
  const answer = (first: number, last: number) =>
    originResponse("x".repeat(last - first + 1), { ...FRESH, "content-range": `bytes ${first}-${last}/${size}` }, 206);
  proxy.origin.respond(() => answer(0, size - 1000)).respond(() => answer(size - 999, size - 990))
    .respond(() => answer(size - 989, size - 2)).respond(() => answer(size - 1, size - 1));
  for (const range of [`0-${size - 1000}`, `${size - 999}-${size - 990}`]) {
    await proxy.getText("/file", { headers: { range: `bytes=${range}` } });
    await settled();
  }
  assert.equal(proxy.engine.size, 2);
  await proxy.getText("/file", { headers: { range: `bytes=${size - 989}-${size - 2}` } });
  await settled();
  assert.equal(proxy.engine.size, 2); // the two short ones have become one
  await proxy.getText("/file", { headers: { range: "bytes=-1" } });
  await settled();
  assert.equal((await proxy.get("/file")).headers.get("cache-status"), "lacquer; hit; ttl=60");
});
