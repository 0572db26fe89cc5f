// Interim responses of the origin, on the wire (RFC 9110 §15.2, RFC 8297).
import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { test } from "node:test";
import { get, proxied } from "../support/proxied.ts";
import { exchange, RawConnection } from "../support/raw-client.ts";
import type { RawRequest } from "../support/raw-origin.ts";

/** Bun.serve and Deno.serve have no way to send one. */
const CAN_INFORM = !("Bun" in globalThis || "Deno" in globalThis);

const HINTS = "HTTP/1.1 102 Processing\r\n\r\n" +
  "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nConnection: x-hop\r\nX-Hop: 1\r\nX-Name: caf\xe9\r\n\r\n";
const SENT = "HTTP/1.1 102 Processing\r\n\r\n" +
  "HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\nx-name: caf\xe9\r\n\r\n";
const PAGE = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 4\r\n\r\npage";

test("102 and 103 go before the final response of a miss or a pass, are not stored, and not sent by HTTP/1.0", async () => {
  const hint = (_request: RawRequest, socket: Socket) => {
    socket.write(HINTS, "latin1", () => setTimeout(() => socket.write(PAGE), 20));
  };
  await proxied(hint, async ({ port }) => {
    const connection = await RawConnection.open(port);
    for (const method of ["GET", "POST"]) {
      connection.send(get("/page").replace("GET", method));
      await connection.sees("page");
      const [before] = connection.received.split("HTTP/1.1 200 OK");
      assert.equal(before, CAN_INFORM ? SENT : "");
      assert.equal((await connection.response({ method }))?.body, "page");
    }
    await exchange(port, get("/hit"));
    await connection.send(get("/hit")).sees("page");
    assert.match(connection.received, /^HTTP\/1.1 200 OK/);
    connection.destroy();
    const old = await RawConnection.open(port);
    await old.send(get("/old").replace("HTTP/1.1", "HTTP/1.0")).sees("page");
    assert.match(old.received, /^HTTP\/1.[01] 200 OK/);
    old.destroy();
  });
});
