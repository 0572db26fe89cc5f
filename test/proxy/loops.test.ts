// Chains and loops of whole proxies (RFC 9110 §7.6.3).
import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { test } from "node:test";
import { get, proxied } from "../support/proxied.ts";
import { exchange, header } from "../support/raw-client.ts";
import type { RawRequest } from "../support/raw-origin.ts";

test("a proxy whose origin leads back to it answers 508 at once", async () => {
  let own = 0;
  const sendBack = async (request: RawRequest, socket: Socket) => {
    const answer = await exchange(own, `${request.head}\r\n\r\n${request.body}`, { method: request.method });
    const status = `HTTP/1.1 ${answer?.status} From Loop\r\nCache-Status: ${header(answer!, "cache-status")}\r\n`;
    socket.write(`${status}Content-Length: 0\r\n\r\n`);
  };
  await proxied(sendBack, async ({ port, origin }) => {
    own = port;
    for (const method of ["GET", "DELETE"]) {
      const response = await exchange(port, get("/page").replace("GET", method), { method });
      assert.equal(response?.status, 508);
      assert.match(header(response, "cache-status") ?? "", /^lacquer; detail=loop(?:, |$)/);
    }
    assert.equal(origin.requests.length, 2);
  });
});

test("two proxies in a row serve what the origin has, and name both in Via", async () => {
  await proxied(undefined, async (inner) => {
    inner.origin.respond("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n\r\nv1");
    const toInner = async (request: RawRequest, socket: Socket) => {
      const answer = await exchange(inner.port, `${request.head}\r\n\r\n`);
      socket.write(`HTTP/1.1 ${answer?.status} OK\r\nVia: ${header(answer!, "via")}\r\nContent-Length: 2\r\n\r\n`);
      socket.write(answer?.body ?? "");
    };
    await proxied(toInner, async ({ port }) => {
      const response = await exchange(port, get("/page"));
      assert.deepEqual([response?.status, response?.body], [200, "v1"]);
      assert.equal(header(response!, "via"), "1.1 lacquer, 1.1 lacquer");
      const via = inner.origin.requests[0]?.headers.find(([name]) => name === "via")?.[1];
      assert.match(via ?? "", /^1\.1 lacquer \([0-9a-f]{8}\), 1\.1 lacquer \([0-9a-f]{8}\)$/);
    });
  });
});
