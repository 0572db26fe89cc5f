/** What is stale when it arrives is used once, by those who waited for it, and by nobody else (RFC 9111 §4). */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Ask,
  barrier,
  originResponse,
  type ScriptedProxy,
  settled,
  startProxy,
} from "../support/scripted-proxy.ts";

/** A proxy whose first answer waits until `open()`; each answer tells its number and who asked. */
function gated(fields: Record<string, string>, status = 200) {
  const proxy = startProxy({ isTrusted: () => true });
  const gate = barrier();
  let count = 0;
  proxy.origin.respond(async (request) => {
    const number = ++count;
    if (number === 1) await gate.passed;
    const cookie = request.fields.find(([name]) => name === "cookie")?.[1] ?? "nobody";
    return originResponse(`${number} for ${cookie}`, fields, status);
  });
  return { proxy, gate };
}

async function answers(proxy: ScriptedProxy, gate: { open(): void }, asks: readonly Ask[]): Promise<string[]> {
  const waiting = asks.map((ask) => proxy.getText("/page", ask));
  await settled();
  gate.open();
  return await Promise.all(waiting);
}

for (
  const fields of [{ "cache-control": "max-age=60", age: "100" }, { "cache-control": "max-age=0" }, {
    "cache-control": "max-age=0",
    etag: '"1"',
  }, { expires: "0" }]
) {
  test(`those who waited share what is stale on arrival, later ones do not (${JSON.stringify(fields)})`, async () => {
    const { proxy, gate } = gated(fields as Record<string, string>);
    assert.deepEqual(await answers(proxy, gate, [{}, {}, {}]), ["1 for nobody", "1 for nobody", "1 for nobody"]);
    assert.equal(proxy.origin.requests.length, 1);
    await settled();
    assert.equal(await proxy.getText("/page"), "2 for nobody");
  });
}

const FORBIDDEN: readonly Record<string, string>[] = [
  { "cache-control": "max-age=0, must-revalidate", etag: '"1"' },
  { "cache-control": "max-age=0, proxy-revalidate" },
  { "cache-control": "s-maxage=0" },
  { "cache-control": "no-cache", etag: '"1"' },
  { "cache-control": "no-store" },
  { "cache-control": "private, max-age=0" },
  { "cache-control": "max-age=0", "set-cookie": "a=b" },
  { "cache-control": "max-age=0", vary: "*" },
  { etag: '"1"' }, // it does not say that it is stale, and may be made for one visitor
  {},
];

for (const fields of FORBIDDEN) {
  test(`nobody shares what may not be used stale: ${JSON.stringify(fields)}`, async () => {
    const { proxy, gate } = gated(fields);
    assert.equal(new Set(await answers(proxy, gate, [{}, {}, {}])).size, 3);
  });
}

test("a page without freshness information that is stored to be validated is never another visitor's", async () => {
  const { proxy, gate } = gated({ etag: '"1"' });
  gate.open();
  await proxy.getText("/page", { headers: { cookie: "a" } });
  const second = barrier();
  proxy.origin.respond(async (request) => {
    await second.passed;
    return originResponse(request.fields.find(([name]) => name === "cookie")?.[1] ?? "", { etag: '"2"' });
  });
  await settled();
  const bodies = answers(proxy, second, ["b", "c"].map((cookie) => ({ headers: { cookie } })));
  assert.deepEqual(await bodies, ["b", "c"]);
});

test("one with other credentials does not share it, though the key is known not to vary", async () => {
  const proxy = startProxy();
  const gate = barrier();
  const fields = { "cache-control": "max-age=0", etag: '"1"' };
  proxy.origin.reply("first", fields).respond(async (request) => {
    await gate.passed;
    return originResponse(request.fields.find(([name]) => name === "cookie")?.[1] ?? "", fields);
  });
  await proxy.getText("/page");
  await settled();
  const bodies = answers(proxy, gate, ["b", "c", "b"].map((cookie) => ({ headers: { cookie } })));
  assert.deepEqual(await bodies, ["b", "c", "b"]);
  assert.equal(proxy.origin.requests.length, 3);
});

test("a client with wishes of its own gets an answer of its own", async () => {
  const { proxy, gate } = gated({ "cache-control": "max-age=0", etag: '"1"' });
  const picky = { headers: { "cache-control": "max-age=0" }, peer: { address: "127.0.0.1" } };
  assert.deepEqual(await answers(proxy, gate, [{}, picky]), ["1 for nobody", "2 for nobody"]);
});

test("where it is so decided, those who waited share what comes with no-cache; later ones have it validated", async () => {
  for (const control of ["no-cache", "no-cache, must-revalidate", "max-age=60, no-cache"]) {
    const proxy = startProxy({ coalescing: { shareNoCache: true } });
    const gate = barrier();
    let count = 0;
    proxy.origin.respond(async () => {
      await gate.passed;
      return originResponse(`${++count}`, { "cache-control": control, etag: `"${count}"` });
    });
    assert.deepEqual(await answers(proxy, gate, [{}, {}, {}]), ["1", "1", "1"], control);
    await settled();
    assert.equal(await proxy.getText("/page"), "2");
    assert.equal(proxy.origin.lastField("if-none-match"), '"1"');
  }
});

test("however no-cache is shared, no-store and private are not, nor anything between visitors", async () => {
  for (const control of ["no-cache, no-store", "no-cache, private"]) {
    const proxy = startProxy({ coalescing: { shareNoCache: true } });
    const gate = barrier();
    let count = 0;
    proxy.origin.respond(async () => {
      await gate.passed;
      return originResponse(`${++count}`, { "cache-control": control, etag: '"1"' });
    });
    assert.equal(new Set(await answers(proxy, gate, [{}, {}, {}])).size, 3, control);
  }
  const proxy = startProxy({ coalescing: { shareNoCache: true } });
  const gate = barrier();
  proxy.origin.respond(async (request) => {
    await gate.passed;
    return originResponse(request.fields.find(([name]) => name === "cookie")?.[1] ?? "", {
      "cache-control": "no-cache",
    });
  });
  const asks = ["a", "b"].map((cookie) => ({ headers: { cookie } }));
  assert.deepEqual(await answers(proxy, gate, asks), ["a", "b"]);
});

test("where no-cache is not shared, nobody waits for it a second time, and each has it validated", async () => {
  const { proxy, gate } = gated({ "cache-control": "no-cache", etag: '"1"' });
  assert.equal(new Set(await answers(proxy, gate, [{}, {}, {}])).size, 3);
  await settled();
  const before = proxy.origin.requests.length;
  const held = barrier();
  proxy.origin.respond(async () => {
    await held.passed;
    return originResponse("", { etag: '"1"' }, 304);
  });
  const waiting = [{}, {}, {}].map((ask) => proxy.get("/page", ask));
  await settled();
  assert.equal(proxy.origin.requests.length, before + 3);
  assert.equal(proxy.origin.lastField("if-none-match"), '"1"');
  held.open();
  for (const response of await Promise.all(waiting)) assert.equal(response.status, 200);
});
