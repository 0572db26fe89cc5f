import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ByteRange } from "../../src/http/byte-range.ts";
import { type MultipartLayout, multipartLayout } from "../../src/http/multipart-byteranges.ts";

const CONTENT = "0123456789";
const TYPED = { completeLength: 10, contentType: "text/plain" };

/** The body that a layout describes, one character per byte. */
function assembled(layout: MultipartLayout, content = CONTENT): string {
  const texts = layout.pieces.map((piece) =>
    piece.kind === "text" ? String.fromCharCode(...piece.bytes) : content.slice(piece.range.first, piece.range.last + 1)
  );
  return texts.join("");
}

test("multipartLayout() describes a body with a part for each range, in the order given (RFC 9110 §14.6)", () => {
  const layout = multipartLayout([{ first: 7, last: 9 }, { first: 0, last: 1 }], TYPED, "THIS_ONE");
  assert.equal(layout.contentType, "multipart/byteranges; boundary=THIS_ONE");
  const body = [
    ...["--THIS_ONE", "Content-Type: text/plain", "Content-Range: bytes 7-9/10", "", "789"],
    ...["--THIS_ONE", "Content-Type: text/plain", "Content-Range: bytes 0-1/10", "", "01"],
    ...["--THIS_ONE--", ""],
  ];
  assert.equal(assembled(layout), body.join("\r\n"));
  assert.equal(layout.contentLength, body.join("\r\n").length);
});

test("multipartLayout() gives a part no type where the representation has none that can be written", () => {
  for (const contentType of [undefined, "", "text/plain\r\nSet-Cookie: a=b", "text/plain\n", "a\0", "text/\u010d"]) {
    const layout = multipartLayout([{ first: 0, last: 0 }], { completeLength: 10, contentType }, "b");
    assert.equal(assembled(layout), "--b\r\nContent-Range: bytes 0-0/10\r\n\r\n0\r\n--b--\r\n", String(contentType));
  }
});

test("multipartLayout() repeats a type byte for byte, not as UTF-8", () => {
  const layout = multipartLayout([{ first: 0, last: 0 }], { completeLength: 10, contentType: "text/\xe9" }, "b");
  assert.ok(assembled(layout).includes("Content-Type: text/\xe9\r\n"));
  assert.equal(layout.contentLength, assembled(layout).length);
});

test("multipartLayout() throws on a boundary that cannot stand unquoted (RFC 2046 §5.1.1)", () => {
  for (const boundary of ["", "a b", "a\r\n", 'a"', "a;b", "é", "x".repeat(71)]) {
    assert.throws(() => multipartLayout([], TYPED, boundary), RangeError, boundary);
  }
});

test("multipartLayout() knows the length of its body to the byte, under 1 KB for each part besides the content", () => {
  const range = fc.tuple(fc.nat(99), fc.nat(99)).map(([a, b]): ByteRange => ({
    first: Math.min(a, b),
    last: Math.max(a, b),
  }));
  const content = "x".repeat(100);
  fc.assert(
    fc.property(
      fc.array(range, { minLength: 1, maxLength: 8 }),
      fc.stringMatching(/^[a-z0-9]{1,70}$/),
      (some, mark) => {
        const layout = multipartLayout(some, { completeLength: 100, contentType: "image/png" }, mark);
        const body = assembled(layout, content);
        assert.equal(layout.contentLength, body.length);
        const selected = some.reduce((sum, { first, last }) => sum + last - first + 1, 0);
        assert.ok(body.length <= selected + 1024 * some.length);
        assert.deepEqual(layout.pieces.map((piece) => piece.kind), [...some.flatMap(() => ["text", "range"]), "text"]);
      },
    ),
    { numRuns: 300 },
  );
});
