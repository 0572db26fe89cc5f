// What becomes of Expect (RFC 9110 §10.1.1): 100-continue is answered here, and the origin never sees it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { get, proxied } from "../support/proxied.ts";
import { exchange, RawConnection } from "../support/raw-client.ts";

const post = (version: string, lines: readonly string[]) =>
  get("/up", lines).replace("GET", "POST").replace("HTTP/1.1", version);

test("a client that waits for 100 Continue gets it, and then the answer of the origin", async () => {
  await proxied(undefined, async ({ port, origin }) => {
    origin.respond("HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nmade");
    for (const version of ["HTTP/1.1", "HTTP/1.0"]) {
      const connection = await RawConnection.open(port);
      connection.send(post(version, ["Content-Length: 3", "Expect: 100-continue"]));
      if (version === "HTTP/1.1") await connection.sees("100 Continue");
      const response = await connection.send("abc").response({ method: "POST" });
      assert.deepEqual([response?.status, response?.body], [201, "made"]);
      const request = origin.requests.at(-1);
      assert.equal(request?.body, "abc");
      assert.equal(request.headers.some(([name]) => name === "expect"), false);
      connection.destroy();
    }
  });
});

test("another expectation is a 417, and the origin is not asked", async () => {
  await proxied(undefined, async ({ port, origin }) => {
    for (const expectation of ["x-other", "100-continue, x-other"]) {
      const response = await exchange(port, `${post("HTTP/1.1", ["Content-Length: 1", `Expect: ${expectation}`])}x`);
      assert.deepEqual([response?.status, response?.body], [417, "Expectation Failed\n"]);
    }
    assert.equal(origin.requests.length, 0);
  });
});
