import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FramedReader } from "../../../bench/pace/framed-reader.ts";

const RESPONSE = 'HTTP/1.1 200 OK\r\nETag: "\r"\r\ncontent-LENGTH: 12\r\n\r\nbody\r\n\r\nbody';

test("FramedReader tells the end of each response, however it is cut", () => {
  const cuts = fc.array(fc.integer({ min: 0, max: RESPONSE.length }), { maxLength: 8 });
  const reader = new FramedReader();
  fc.assert(fc.property(cuts, (places) => {
    const edges = [0, ...places.toSorted((a, b) => a - b), RESPONSE.length];
    const parts = edges.slice(1).map((edge, index) => RESPONSE.slice(edges[index], edge)).filter(Boolean);
    assert.deepEqual(parts.map((part) => push(reader, part)), parts.map((_, index) => index === parts.length - 1));
  }));
});

test("FramedReader takes only the bytes it is told of, and a response without a body", () => {
  const reader = new FramedReader();
  const head = bytesOf("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nleft from before");
  assert.equal(reader.push(head, head.length - "left from before".length), true);
  assert.equal(push(reader, RESPONSE), true);
});

test("FramedReader refuses what a benchmark does not expect", () => {
  const refused = [
    ["HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", /502 Bad Gateway" is no 200/],
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", /no Content-Length/],
    ["HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab", /more bytes/],
    ["x".repeat(20_000), /too long/],
  ] as const;
  for (const [text, reason] of refused) assert.throws(() => push(new FramedReader(), text), reason);
});

function push(reader: FramedReader, text: string): boolean {
  const bytes = bytesOf(text);
  return reader.push(bytes, bytes.length);
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
