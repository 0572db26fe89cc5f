// Requests about the server itself, and methods that are not for a proxy to forward (RFC 9110 §7.6.2, §9.3).
import assert from "node:assert/strict";
import { test } from "node:test";
import { get, proxied } from "../support/proxied.ts";
import { exchange, header, RawConnection } from "../support/raw-client.ts";

const ask = (line: string, lines: readonly string[] = []) => get("/", lines).replace("GET / HTTP/1.1", line);

test("OPTIONS is answered here when it may go no further, and is counted down on its way", async () => {
  await proxied(undefined, async ({ port, origin }) => {
    origin.respond("HTTP/1.1 204 No Content\r\nAllow: GET\r\n\r\n");
    const own = await exchange(port, ask("OPTIONS /a HTTP/1.1", ["Max-Forwards: 0"]), { method: "OPTIONS" });
    assert.equal(own?.status, 204);
    assert.match(header(own, "allow") ?? "", /^GET, HEAD, POST/);
    assert.equal(header(own, "content-length"), undefined);
    assert.equal(origin.requests.length, 0);
    for (const [sent, forwarded] of [["7", "6"], ["7\r\nMax-Forwards: 0", undefined], ["-0", undefined]] as const) {
      const answer = await exchange(port, ask("OPTIONS /a HTTP/1.1", [`Max-Forwards: ${sent}`]));
      assert.equal(header(answer!, "allow"), "GET");
      assert.equal(origin.requests.at(-1)?.headers.find(([name]) => name === "max-forwards")?.[1], forwarded, sent);
    }
  });
});

test("OPTIONS * is about this server", async () => {
  await proxied(undefined, async ({ port, origin }) => {
    const connection = await RawConnection.open(port);
    const answer = await connection.send(ask("OPTIONS * HTTP/1.1")).response();
    // Bun.serve refuses the asterisk before anybody sees it.
    assert.equal(answer?.status, "Bun" in globalThis ? 400 : 204);
    if (answer.status === 204) assert.match(header(answer, "allow") ?? "", /^GET, HEAD, POST/);
    connection.destroy();
    for (const line of ["GET * HTTP/1.1", "OPTIONS *a HTTP/1.1"]) {
      assert.equal((await exchange(port, ask(line)))?.status ?? 400, 400, line);
    }
    assert.equal(origin.requests.length, 0);
  });
});
