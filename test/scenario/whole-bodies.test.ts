// Bodies that have come along with their headers: taken and sent in one piece, without a stream.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginResponse } from "../../src/origin/origin-client.ts";
import { type ScriptedProxy, settled, startProxy } from "../support/scripted-proxy.ts";

/** A response whose body is here already; whoever asks for its stream all the same is noted. */
function whole(text: string, fields: Record<string, string>, asked: string[] = []): OriginResponse {
  const bytes = new TextEncoder().encode(text);
  return {
    status: 200,
    fields: Object.entries(fields),
    whole: bytes,
    get body() {
      asked.push(text);
      return new Response(bytes).body;
    },
    framing: "content-length" in fields ? "length" : "chunked",
    origin: "scripted",
  };
}

const PAGE = { "content-type": "text/plain", "content-length": "5" };

async function ask(proxy: ScriptedProxy, response: OriginResponse): Promise<string> {
  proxy.origin.respond(() => response);
  return await proxy.getText("/page");
}

test("what is stored, and what is not, is taken whole", async () => {
  for (const control of ["max-age=60", "private", "no-store"]) {
    const [proxy, asked] = [startProxy(), [] as string[]];
    assert.equal(await ask(proxy, whole("hello", { ...PAGE, "cache-control": control }, asked)), "hello");
    await settled();
    assert.deepEqual([asked, proxy.engine.fetching], [[], 0], control);
    assert.equal(proxy.engine.size, control === "max-age=60" ? 1 : 0);
    const { bytesSent, complete } = proxy.exchanges[0]!;
    assert.deepEqual([bytesSent, complete], [5, true]);
  }
});

test("what is too large to be stored is passed on whole", async () => {
  const proxy = startProxy({ maxObjectBytes: 4 });
  const fields = { ...PAGE, "cache-control": "max-age=60" };
  assert.equal(await ask(proxy, whole("hello", fields)), "hello");
  await settled();
  const { bytesInFlight } = proxy.engine.coalescing;
  assert.deepEqual([proxy.engine.size, proxy.engine.fetching, bytesInFlight], [0, 0, 0]);
});

test("all who waited get it, and so do those who come after it was stored", async () => {
  const proxy = startProxy();
  proxy.origin.respond(() => whole("hello", { ...PAGE, "cache-control": "max-age=60" }));
  const texts = await Promise.all(Array.from({ length: 20 }, () => proxy.getText("/page")));
  assert.deepEqual(new Set([...texts, await proxy.getText("/page")]), new Set(["hello"]));
  assert.equal(proxy.origin.requests.length, 1);
});

test("a body without a type is sent as a stream, which nobody can make up a type for", async () => {
  const asked: string[] = [];
  const fields = { "cache-control": "private", "content-length": "5" };
  assert.equal(await ask(startProxy(), whole("hello", fields, asked)), "hello");
  assert.deepEqual(asked, ["hello"]);
});

test("a length that is not that of the body is never taken for complete", async () => {
  const proxy = startProxy();
  const fields = { "cache-control": "max-age=60", etag: '"1"', "content-range": "bytes 0-9/10" };
  proxy.origin.respond(() => ({ ...whole("hello", fields), status: 206 }));
  const answer = await proxy.get("/page", { headers: { range: "bytes=0-9" } });
  assert.equal(answer.status, 200, "the range is all of it");
  await assert.rejects(answer.text());
  await settled();
  assert.equal(proxy.engine.size, 0);
});
