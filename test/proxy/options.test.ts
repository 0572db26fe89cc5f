// Requests about the server itself, and methods that are not for a proxy to forward (RFC 9110 §7.6.2, §9.3).
import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { test } from "node:test";
import { get, proxied } from "../support/proxied.ts";
import { exchange, header, RawConnection } from "../support/raw-client.ts";
import type { RawRequest } from "../support/raw-origin.ts";

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

test("TRACE and CONNECT are refused, echo nothing and reach no origin, whatever Max-Forwards says", async () => {
  await proxied(undefined, async ({ port, origin }) => {
    const bodies = ["", "Content-Length: 6\r\n\r\nsecret"];
    for (const body of bodies) {
      for (const line of ["TRACE / HTTP/1.1", "TRACE * HTTP/1.1", "CONNECT example.org:443 HTTP/1.1"]) {
        const head = `${line}\r\nHost: example.org\r\nCookie: secret\r\nMax-Forwards: 0\r\n`;
        const response = await exchange(port, `${head}${body === "" ? "\r\n" : body}`);
        // The asterisk is no target of TRACE for any of the listeners.
        assert.equal(response?.status, line.includes("*") ? 400 : 405, line);
        assert.doesNotMatch(JSON.stringify(response), /secret/);
        if (response.status === 405) assert.match(header(response, "allow") ?? "", /^GET, HEAD/);
      }
    }
    assert.equal(origin.requests.length, 0);
  });
});

test("the body of HEAD and GET is read off the connection and goes no further", async () => {
  const answer = (request: RawRequest, socket: Socket) => {
    const head = "HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: 4\r\n\r\n";
    socket.write(request.method === "HEAD" ? head : `${head}page`);
  };
  await proxied(answer, async ({ port, origin }) => {
    const smuggled = get("/smuggled");
    const bodies = [
      `Content-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
      `Transfer-Encoding: chunked\r\n\r\n${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`,
    ];
    const connection = await RawConnection.open(port);
    for (const method of ["HEAD", "GET"]) {
      for (const body of bodies) {
        connection.send(`${method} /page HTTP/1.1\r\nHost: example.org\r\n${body}`);
        const response = await connection.response({ method });
        assert.deepEqual([response?.status, response?.body], [200, method === "HEAD" ? "" : "page"]);
        const request = origin.requests.at(-1)!;
        assert.deepEqual([request.method, request.target, request.body], [method, "/page", ""]);
        assert.doesNotMatch(request.head, /content-length|transfer-encoding/i);
      }
    }
    assert.equal((await connection.send(get("/last")).response())?.body, "page");
    assert.deepEqual(origin.requests.map(({ target }) => target), [...Array(4).fill("/page"), "/last"]);
    connection.destroy();
  });
});
