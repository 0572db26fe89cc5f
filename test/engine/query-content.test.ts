import assert from "node:assert/strict";
import { test } from "node:test";
import { contentKey, type QueryContent, readContent } from "../../src/engine/query-content.ts";
import { ByteSource, chunked, someBytes } from "../support/byte-source.ts";

function query(body: ReadableStream<Uint8Array> | string | undefined, headers: Record<string, string> = {}): Request {
  return new Request("http://a/", { method: "QUERY", headers, ...(body && { body }), duplex: "half" } as RequestInit);
}

async function contentOf(request: Request, limit = 100): Promise<QueryContent> {
  const read = await readContent(request, limit);
  return "content" in read ? read.content : assert.fail("too large");
}

test("readContent() gives the bytes, their digest, and the fields that give them a meaning", async () => {
  const headers = { "content-type": "text/plain", "content-encoding": "br", "content-language": "en" };
  const { bytes, type, coding, language, digest } = await contentOf(query("abc", headers));
  assert.equal(new TextDecoder().decode(bytes), "abc");
  assert.deepEqual([type, coding, language], ["text/plain", "br", "en"]);
  assert.equal(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("readContent() takes no content for empty content", async () => {
  assert.equal((await contentOf(query(undefined))).bytes.byteLength, 0);
});

test("readContent() puts chunks together, up to the limit and not beyond it", async () => {
  const bytes = someBytes(100);
  assert.deepEqual((await contentOf(query(new ByteSource(chunked(bytes, 7), "closed").stream))).bytes, bytes);
  const read = await readContent(query(new ByteSource(chunked(someBytes(101), 7), "closed").stream), 100);
  assert.ok("unread" in read);
});

test("readContent() gives a stream of everything where it is too large, and reads it no further than it is pulled", async () => {
  const bytes = someBytes(500);
  const source = new ByteSource(chunked(bytes, 50), "closed");
  const read = await readContent(query(source.stream), 100);
  assert.ok("unread" in read);
  assert.ok(source.pulled <= 4, `${source.pulled} chunks`);
  assert.deepEqual(new Uint8Array(await new Response(read.unread).arrayBuffer()), bytes);
});

test("readContent() fails with the body", async () => {
  const source = new ByteSource([someBytes(5)], { error: new Error("gone") });
  await assert.rejects(readContent(query(source.stream), 100));
});

test("contentKey() differs wherever one of its parts does, and is no URI", async () => {
  const content = await contentOf(query("abc", { "content-type": "text/plain" }));
  const keys = [
    contentKey("http://a/", content),
    contentKey("http://b/", content),
    ...(["type", "coding", "language", "digest"] as const).map((name) =>
      contentKey("http://a/", { ...content, [name]: "other" })
    ),
    contentKey("http://a/", { ...content, type: "", coding: "text/plain" }),
  ];
  assert.equal(new Set(keys).size, keys.length);
  assert.ok(keys.every((key) => key.includes("\n")));
});
