import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { checkCanonical } from "../../src/http/canonical-request.ts";
import type { FieldLine } from "../../src/http/field-lines.ts";
import { rejection } from "../../src/http/rejection.ts";
import {
  type Listener,
  type ListenerLimits,
  ListenError,
  type RequestHandler,
  type Runtime,
} from "../../src/server/runtime.ts";
import { collect, type Collected, exchange, header, RawConnection } from "../support/raw-client.ts";
import { type Difference, KNOWN_DIFFERENCES } from "./known-differences.ts";

const limits: ListenerLimits = {
  headerTimeout: 1000,
  idleTimeout: 1000,
  maxBodyBytes: 100_000,
  maxHeaderBytes: 16_384,
};

const get = (path: string, fields = "") => `GET ${path} HTTP/1.1\r\nHost: h\r\n${fields}\r\n`;
const smuggled = get("/smug");
const encoder = new TextEncoder();

/** What every runtime's `listen()` does, over raw sockets. */
export function listenerContract({ name, listen }: Pick<Runtime, "name" | "listen">): void {
  const differs = (difference: Difference) => KNOWN_DIFFERENCES[name][difference] !== undefined;

  /** Runs `body` against a listener on a port of its own, and closes it. */
  async function withListener(
    handler: RequestHandler,
    body: (listener: Listener) => Promise<void>,
    changed: Partial<ListenerLimits> = {},
  ): Promise<void> {
    const listener = await listen({ hostname: "127.0.0.1", port: 0, limits: { ...limits, ...changed } }, handler);
    try {
      await body(listener);
    } finally {
      listener.abort();
    }
  }

  /** Sends `bytes` to a listener that lets in only canonical requests; `let in` is the URLs that were. */
  async function send(bytes: string, timeout?: number): Promise<Collected & { letIn: string[] }> {
    const letIn: string[] = [];
    let collected: Collected | undefined;
    await withListener((request, connection) => {
      const verdict = checkCanonical(request, connection);
      if (!verdict.ok) return rejection(verdict);
      letIn.push(request.url);
      return request.body === null ? ok() : request.text().then(ok, () => new Response(null, { status: 400 }));
    }, async ({ port }) => {
      collected = await collect(port, bytes, { timeout });
      assert.equal((await exchange(port, get("/alive")))?.status, 200);
    });
    return { ...collected!, letIn: letIn.filter((url) => !url.endsWith("/alive")) };
  }

  // --- requests with two readings (numbered A01, A02 …): the answer is one refusal and the end of the connection

  const post = (fields: string, body: string) => `POST /p HTTP/1.1\r\nHost: h\r\n${fields}\r\n${body}`;
  const refused: [id: string, bytes: string][] = [
    ["A01", post("Content-Length: 36\r\nTransfer-Encoding: chunked\r\n", `0\r\n\r\n${smuggled}`)],
    ["A02", post("Content-Length: 0\r\nContent-Length: 31\r\n", smuggled)],
    ...["+3", "-1", "0x3", "1_0", "", "18446744073709551619"].map((length): [string, string] => [
      `A03 ${JSON.stringify(length)}`,
      post(`Content-Length: ${length}\r\n`, `abc${smuggled}`),
    ]),
    ["A04", post("Transfer-Encoding: xchunked\r\n", `0\r\n\r\n${smuggled}`)],
    ["A05", post("Transfer-Encoding: gzip, chunked\r\n", `0\r\n\r\n${smuggled}`)],
    ["A07", post("Transfer-Encoding: chunked\r\n", `3\r\nabcXX0\r\n\r\n${smuggled}`)],
    ["A08", post("Transfer-Encoding: chunked\r\n", `3\nabc\r\n0\r\n\r\n${smuggled}`)],
    ...["Content-Length : 3", "X-A: a\r\n b", "nocolon", ": v", "X-A: a\0b", "X-A: a\rX-B: 1"]
      .map((line): [string, string] => [`A09 ${JSON.stringify(line)}`, get("/ok", `${line}\r\n`) + smuggled]),
    ["A10", get("/ok").replaceAll("\r\n", "\n")],
    ["A11", `POST /p HTTP/1.1\r\nHost: h\r\nHost: evil\r\nContent-Length: 31\r\n\r\n${smuggled}`],
    ...["h/inj?x=", "h, evil", "h@evil", "", "h:99999"].map((host): [string, string] => [
      `A12 ${JSON.stringify(host)}`,
      `GET /ok HTTP/1.1\r\nHost: ${host}\r\n\r\n${smuggled}`,
    ]),
    ["A12 without Host", `GET /ok HTTP/1.1\r\n\r\n${smuggled}`],
    ["A14 Content-Length", post("Connection: Content-Length\r\nContent-Length: 31\r\n", smuggled)],
    ["A14 Host", get("/ok", "Connection: Host\r\n") + smuggled],
  ];
  for (const [id, bytes] of refused) {
    test(`listen() refuses ${id} and reads no further`, async () => {
      const { responses, ending, letIn } = await send(bytes, 1000);
      if (id === "A10" && differs("A10")) return assert.equal(responses[0]?.status, 200);
      assert.notEqual(ending, "open");
      assert.ok(responses.length <= 1);
      for (const { status, body } of responses) {
        assert.ok([400, 431, 501, 505].includes(status), `status ${status}`);
        assert.doesNotMatch(body, /\bat |Error:|inj/);
      }
      // A body that is malformed half-way is a request nonetheless; only what follows it is none.
      assert.deepEqual(letIn.filter((url) => !(/A0[78]/.test(id) && url === "http://h/p")), []);
    });
  }

  test("listen() refuses A13, an absolute-form target with an authority other than Host", async () => {
    const { responses, letIn } = await send("GET http://127.0.0.2:7777/meta HTTP/1.1\r\nHost: h\r\n\r\n", 500);
    if (differs("absolute-form-authority")) return assert.deepEqual(letIn, ["http://h/meta"]);
    assert.equal(responses[0]?.status, 400);
    assert.deepEqual(letIn, []);
  });

  for (const target of ["/a/../../b", "/\\b"]) {
    test(`listen() refuses A15, the target ${target}`, async () => {
      const { responses, letIn } = await send(get(target), 500);
      if (differs("raw-target")) return assert.deepEqual(letIn, [target === "/\\b" ? "http://h//b" : "http://h/b"]);
      assert.equal(responses[0]?.status, 400);
      assert.deepEqual(letIn, []);
    });
  }

  test("listen() refuses A15, bytes that are not UTF-8", async () => {
    assert.deepEqual((await send(get("/\xff"), 500)).letIn, []);
  });

  const methods = [
    "TRACE / HTTP/1.1",
    "CONNECT h:443 HTTP/1.1",
    "gEt /ok HTTP/1.1",
    "PURGE /ok HTTP/1.1",
    "BAN / HTTP/1.1",
  ];
  for (const line of methods) {
    test(`listen() refuses A17, the request line ${line}`, async () => {
      const { responses, ending, letIn } = await send(`${line}\r\nHost: h\r\nCookie: secret\r\n\r\n`, 500);
      assert.deepEqual(letIn, []);
      assert.ok(responses.length === 1 || ending !== "open");
      for (const { status, body } of responses) {
        assert.ok([400, 405, 501].includes(status), `status ${status}`);
        assert.doesNotMatch(body, /secret/);
      }
    });
  }

  test("listen() stops reading at A18, junk behind a request", async () => {
    const { ending, letIn } = await send(`${get("/ok")}JUNK\r\n\r\n${smuggled}`);
    assert.notEqual(ending, "open");
    assert.ok(!letIn.includes("http://h/smug"));
  });

  test("listen() shows OPTIONS * as a request about the whole server, and no path as one", async () => {
    const answer: RequestHandler = (request, connection) => {
      const verdict = checkCanonical(request, connection);
      return verdict.ok ? new Response(String(verdict.serverWide)) : rejection(verdict);
    };
    await withListener(answer, async ({ port }) => {
      const bodyOf = async (target: string, host = "h") =>
        (await exchange(port, `OPTIONS ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`))?.body;
      for (const host of ["h", "h:8080"]) assert.equal(await bodyOf("*", host), differs("asterisk") ? "" : "true");
      assert.equal(await bodyOf("/*"), String(differs("asterisk-path")));
      assert.equal(await bodyOf("/a/*"), "false");
      for (const host of ["h/*", "h, i", ""]) assert.notEqual(await bodyOf("*", host), "true", host);
    });
  });

  test("listen() answers pipelined requests in order", async () => {
    await withListener((request) => new Response(new URL(request.url).pathname), async ({ port }) => {
      const connection = await RawConnection.open(port);
      connection.send(get("/1") + get("/2") + get("/3"));
      const bodies = [];
      for (let index = 0; index < 3; index++) bodies.push((await connection.response())?.body);
      assert.deepEqual(bodies, ["/1", "/2", "/3"]);
      connection.destroy();
    });
  });

  test("listen() answers requests pipelined behind a slow one in order", async () => {
    const slow = Promise.withResolvers<Response>();
    await withListener((request) => request.url.endsWith("/1") ? slow.promise : ok(), async ({ port }) => {
      const connection = await RawConnection.open(port);
      connection.send(get("/1") + get("/2"));
      setTimeout(() => slow.resolve(new Response("slow")), 20);
      const bodies = [(await connection.response())?.body, (await connection.response())?.body];
      assert.deepEqual(bodies, differs("pipelining") ? [undefined, undefined] : ["slow", "ok"]);
      connection.destroy();
    });
  });

  // --- what is refused

  test("listen() ends a connection whose request was refused", async () => {
    await withListener(
      (request, connection) => rejection(refusalOf(checkCanonical(request, connection))),
      async ({ port }) => {
        const { responses: [bad], ending } = await collect(port, get("/", "Connection: Host\r\n"), { timeout: 500 });
        assert.equal(bad?.status, 400);
        assert.equal(bad.body, "Bad Request\n");
        assert.equal(bad.complete, !differs("refusal-is-cut"));
        assert.notEqual(ending, "open");
        const trace = await collect(port, "PURGE / HTTP/1.1\r\nHost: h\r\n\r\n", { timeout: 500 });
        assert.equal(trace.responses[0]?.status, 405);
        assert.ok(header(trace.responses[0], "allow")?.startsWith("GET, HEAD"));
        assert.equal(trace.responses[0].complete, true);
        assert.equal(trace.ending === "open", differs("connection-close"));
      },
    );
  });

  test("listen() refuses a header section over the limit with 431", async () => {
    const { responses, ending } = await send(get("/", `X-A: ${"a".repeat(20_000)}\r\n`), 500);
    if (differs("header-limit")) return assert.equal(responses[0]?.status, 200);
    assert.equal(responses[0]?.status, 431);
    assert.notEqual(ending, "open");
  });

  test("listen() takes a header section within the limit", async () => {
    assert.equal((await send(get("/", `X-A: ${"a".repeat(15_000)}\r\n`), 300)).responses[0]?.status, 200);
  });

  test("listen() refuses a declared body over the limit with 413", async () => {
    const { responses, letIn } = await send(post("Content-Length: 100001\r\n", ""), 500);
    assert.equal(responses[0]?.status, 413);
    assert.deepEqual(letIn, []);
  });

  test("listen() refuses a chunked body that grows past the limit with 413", async () => {
    const { responses } = await send(
      post("Transfer-Encoding: chunked\r\n", `186a1\r\n${"a".repeat(100_001)}\r\n0\r\n\r\n`),
      500,
    );
    assert.equal(responses[0]?.status, 413);
  });

  test("listen() takes a body within the limit, in either framing", async () => {
    const body = "a".repeat(100_000);
    const { responses } = await send(
      post("Content-Length: 100000\r\n", body) +
        post("Transfer-Encoding: chunked\r\n", `186a0\r\n${body}\r\n0\r\n\r\n`),
      500,
    );
    assert.deepEqual(responses.map(({ status }) => status), [200, 200]);
  });

  test("listen() says 100 Continue to who waits for it", async () => {
    await withListener((request) => request.text().then((text) => new Response(text)), async ({ port }) => {
      const connection = await RawConnection.open(port);
      connection.send(post("Content-Length: 3\r\nExpect: 100-continue\r\n", ""));
      await connection.sees("100 Continue");
      assert.equal((await connection.send("abc").response())?.body, "abc");
      connection.destroy();
    });
  });

  test("listen() says 100 Continue in any case of the expectation, and never to HTTP/1.0", async () => {
    await withListener((request) => request.text().then((text) => new Response(text)), async ({ port }) => {
      const expecting = post("Content-Length: 3\r\nExpect: 100-Continue\r\n", "");
      const old = expecting.replace("HTTP/1.1", "HTTP/1.0").replace("100-C", "100-c");
      for (
        const [bytes, isSaid] of [[expecting, !differs("continue-case")], [old, differs("continue-http-1.0")]] as const
      ) {
        const connection = await RawConnection.open(port);
        connection.send(bytes);
        if (isSaid) await connection.sees("100 Continue");
        await connection.send("abc").sees("\r\n\r\nabc");
        assert.equal(connection.received.includes("100 Continue"), isSaid);
        connection.destroy();
      }
    });
  });

  test("listen() refuses another expectation with 417 and reads no further", async () => {
    const { responses, ending, letIn } = await send(post("Content-Length: 31\r\nExpect: x-other\r\n", smuggled), 500);
    assert.deepEqual([responses.length, responses[0]?.status, responses[0]?.body], [1, 417, "Expectation Failed\n"]);
    assert.deepEqual(letIn, []);
    assert.equal(ending === "open", differs("connection-close"));
  });

  const hint: FieldLine[] = [["link", "</a.css>"], ["link", "</b.css>"], ["x-name", "caf\xe9"]];
  const hinting: RequestHandler = async (request, connection) => {
    connection.inform?.(103, hint);
    connection.inform?.(199, []);
    await request.text();
    setTimeout(() => connection.inform?.(103, hint)); // too late
    return ok();
  };

  test("listen() sends interim responses before the final one and none after it, repeated lines and Latin-1 kept", async () => {
    await withListener(hinting, async ({ port }) => {
      const connection = await RawConnection.open(port);
      connection.send(get("/1") + (differs("pipelining") ? "" : get("/2")));
      await connection.sees("ok");
      const interim = connection.received.slice(0, connection.received.indexOf("HTTP/1.1 200"));
      const expected = "HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\nlink: </b.css>\r\nx-name: caf\xe9\r\n\r\n" +
        "HTTP/1.1 199 unknown\r\n\r\n";
      assert.equal(interim, differs("interim-responses") ? "" : expected);
      assert.equal((await connection.response())?.body, "ok");
      if (!differs("pipelining")) assert.equal((await connection.response())?.body, "ok");
      assert.equal((await connection.send(get("/3")).response())?.body, "ok");
      assert.equal(connection.received, "");
      connection.destroy();
    });
  });

  test("listen() sends no interim response to a client of HTTP/1.0", async () => {
    await withListener(hinting, async ({ port }) => {
      const connection = await RawConnection.open(port);
      await connection.send("GET / HTTP/1.0\r\nHost: h\r\n\r\n").sees("ok");
      assert.doesNotMatch(connection.received, / 1\d\d /);
      connection.destroy();
    });
  });

  for (const [kind, handler] of throwing) {
    test(`listen() answers 500 and no stack when the handler ${kind}`, async () => {
      await withListener(handler, async ({ port }) => {
        const response = await exchange(port, get("/"));
        assert.equal(response?.status, 500);
        assert.equal(response.body, "Internal Server Error\n");
        assert.equal(header(response, "cache-control"), "no-store");
      });
    });
  }

  // --- what is sent

  test("listen() sends a streamed body as it comes and ends it", async () => {
    await withListener(() => new Response(pieces(["one", "two"])), async ({ port }) => {
      const response = await exchange(port, get("/"));
      assert.equal(response?.framing, "chunked");
      assert.equal(response.body, "onetwo");
      assert.equal(response.complete, true);
      assert.equal(header(response, "content-type"), undefined);
    });
  });

  test("listen() keeps the Content-Length of a streamed body", async () => {
    const answer = () => new Response(pieces(["one", "two"]), { headers: { "content-length": "6" } });
    await withListener(answer, async ({ port }) => {
      const response = await exchange(port, get("/"));
      assert.equal(response?.framing, differs("streamed-length") ? "chunked" : "length");
      assert.equal(response.body, "onetwo");
    });
  });

  for (const [framing, headers] of [["chunked", {}], ["length", { "content-length": "6" }]] as const) {
    test(`listen() shows a body that fails as broken (${framing})`, async () => {
      await withListener(() => new Response(pieces(["one"], true), { headers }), async ({ port }) => {
        const { responses, ending } = await collect(port, get("/"));
        assert.notEqual(responses[0]?.complete, true);
        assert.notEqual(ending, "open");
      });
    });
  }

  test("listen() adds no Content-Type", async () => {
    const bytes = (request: Request) =>
      request.url.endsWith("/stream")
        ? new Response(onePiece("hello"), { headers: [["x-a", "1"], ["content-length", "5"]] })
        : new Response(encoder.encode("hello"), { headers: [["x-a", "1"], ["content-length", "5"]] });
    await withListener(bytes, async ({ port }) => {
      const whole = await exchange(port, get("/"));
      const expected = differs("content-type") ? "application/octet-stream" : undefined;
      assert.equal(header(whole!, "content-type"), expected);
      const streamed = await exchange(port, get("/stream"));
      assert.equal(header(streamed!, "content-type"), undefined);
      assert.equal(header(streamed!, "content-length"), "5");
      assert.equal(streamed?.body, "hello");
    });
  });

  test("listen() keeps repeated Set-Cookie lines, Date and bytes above ASCII", async () => {
    const headers: [string, string][] = [
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
      ["date", "Mon, 01 Jan 2024 00:00:00 GMT"],
      ["x-name", "caf\xe9"],
      ["content-type", "text/css"],
      ["content-length", "5"],
    ];
    await withListener(() => new Response(encoder.encode("hello"), { headers }), async ({ port }) => {
      const response = await exchange(port, get("/"));
      const all = (name: string) => response?.headers.filter(([found]) => found === name).map(([, value]) => value);
      assert.deepEqual(all("set-cookie"), ["a=1", "b=2"]);
      assert.deepEqual(all("date"), ["Mon, 01 Jan 2024 00:00:00 GMT"]);
      assert.deepEqual(all("x-name"), ["caf\xe9"]);
      assert.deepEqual(all("content-type"), ["text/css"]);
      assert.deepEqual(all("content-length"), ["5"]);
      assert.equal(response?.body, "hello");
    });
  });

  test("listen() sends a response made from another one", async () => {
    const first = () =>
      new Response(encoder.encode("hello"), { status: 203, headers: { "x-a": "1", "content-length": "5" } });
    await withListener(() => new Response(first().body, first()), async ({ port }) => {
      const response = await exchange(port, get("/"));
      assert.equal(response?.status, 203);
      assert.equal(header(response, "x-a"), "1");
      assert.equal(response.body, "hello");
      assert.ok(first() instanceof Response);
    });
  });

  test("listen() answers HEAD with the length and no body, and 304 with none", async () => {
    const answer = (request: Request) =>
      request.method === "HEAD"
        ? new Response(null, { headers: { "content-length": "77" } })
        : new Response(null, { status: 304, headers: { etag: '"x"' } });
    await withListener(answer, async ({ port }) => {
      const connection = await RawConnection.open(port);
      connection.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
      assert.equal(header((await connection.response({ method: "HEAD" }))!, "content-length"), "77");
      const notModified = await connection.send(get("/")).response();
      assert.equal(notModified?.status, 304);
      assert.equal(header(notModified, "etag"), '"x"');
      connection.destroy();
    });
  });

  test("listen() keeps the Content-Length of a 205, by which its client sees the end", async () => {
    const answer = () => new Response(null, { status: 205, headers: { "content-length": "0" } });
    await withListener(answer, async ({ port }) => {
      const connection = await RawConnection.open(port);
      await connection.send(get("/")).sees("\r\n\r\n");
      assert.equal(/^content-length: 0\r$/im.test(connection.received), !differs("reset-content-length"));
      connection.destroy();
    });
  });

  // --- the client

  test("listen() gives the address of the client, IPv4 also where it came mapped", async () => {
    const answer: RequestHandler = (_request, connection) => new Response(connection.address);
    await withListener(answer, async ({ port }) => {
      assert.equal((await exchange(port, get("/")))?.body, "127.0.0.1");
    });
    const dual = await listen({ hostname: "::", port: 0, limits }, answer).catch(() => undefined);
    if (dual === undefined) return; // a machine without IPv6
    assert.equal((await exchange(dual.port, get("/")))?.body, "127.0.0.1");
    dual.abort();
  });

  test("listen() aborts the request's signal when the client leaves before an answer", async () => {
    const left = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const answer: RequestHandler = (request) => {
      request.signal.addEventListener("abort", () => left.resolve());
      arrived.resolve();
      return left.promise.then(ok);
    };
    await withListener(answer, async ({ port }) => {
      const connection = await RawConnection.open(port);
      connection.send(get("/"));
      await arrived.promise;
      connection.destroy();
      await left.promise;
    });
  });

  test("listen() cancels a body that nobody reads any more", async () => {
    const cancelled = Promise.withResolvers<void>();
    const endless = () =>
      new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(encoder.encode("begin")),
        cancel: () => cancelled.resolve(),
      });
    await withListener(() => new Response(endless()), async ({ port }) => {
      const connection = await RawConnection.open(port);
      await connection.send(get("/")).sees("begin");
      connection.destroy();
      await cancelled.promise;
    });
  });

  test("listen() stops reading an upload that the handler does not read", async () => {
    const finish = Promise.withResolvers<void>();
    const answer: RequestHandler = async (request, connection) => {
      connection.expectDelay();
      const reader = request.body!.getReader();
      await reader.read();
      await finish.promise;
      return new Response("done");
    };
    await withListener(answer, async ({ port }) => {
      const connection = await RawConnection.open(port);
      connection.send(post("Content-Length: 64000000\r\n", ""));
      connection.send(Buffer.alloc(64_000_000));
      const unsent = await settled(() => connection.socket.writableLength);
      assert.ok(unsent > 40_000_000, `${64_000_000 - unsent} bytes were taken`);
      finish.resolve();
      connection.destroy();
    }, { maxBodyBytes: 100_000_000 });
  });

  // --- the end

  test("drain() refuses connections, closes idle ones and lets a download finish", async () => {
    const download = heldBody();
    const answer = (request: Request) => request.url.endsWith("/idle") ? ok() : new Response(download.body);
    await withListener(answer, async (listener) => {
      const idle = await RawConnection.open(listener.port);
      await idle.send(get("/idle")).response();
      const busy = await RawConnection.open(listener.port);
      await busy.send(get("/busy")).sees("begin");
      const drained = listener.drain();
      assert.notEqual(await idle.closed(2000), "open");
      await assert.rejects(RawConnection.open(listener.port));
      download.finish();
      const response = await busy.response();
      assert.equal(response?.body, "beginend");
      assert.equal(response.complete, true);
      await drained;
      assert.notEqual(await busy.closed(2000), "open");
    });
  });

  test("abort() closes a connection in the middle of a response", async () => {
    const download = heldBody();
    await withListener(() => new Response(download.body), async (listener) => {
      const busy = await RawConnection.open(listener.port);
      await busy.send(get("/")).sees("begin");
      listener.abort();
      assert.notEqual(await busy.closed(2000), "open");
      assert.notEqual((await busy.response())?.complete, true);
    });
  });

  test("abort() ends a drain that takes too long", async () => {
    const download = heldBody();
    await withListener(() => new Response(download.body), async (listener) => {
      const busy = await RawConnection.open(listener.port);
      await busy.send(get("/")).sees("begin");
      const drained = listener.drain();
      listener.abort();
      if (differs("abort-while-draining")) {
        busy.destroy();
      } else {
        assert.notEqual(await busy.closed(2000), "open");
      }
      await drained;
    });
  });

  const failure = (reason: string) => (error: unknown) =>
    error instanceof ListenError && /^Cannot listen on [\d.]+:\d+: /.test(error.message) &&
    error.message.endsWith(reason);

  test("listen() fails with the reason when the address cannot be taken", async () => {
    await withListener(ok, async ({ port }) => {
      const taken = listen({ hostname: "127.0.0.1", port, limits }, ok);
      await assert.rejects(taken, failure("the address is already in use"));
    });
    const foreign = listen({ hostname: "203.0.113.7", port: 0, limits }, ok);
    await assert.rejects(foreign, failure("the address does not belong to this machine"));
  });

  test("listen() closes a connection whose header section does not end", async () => {
    await withListener(ok, async ({ port }) => {
      const connection = await RawConnection.open(port);
      const drip = setInterval(() => connection.send("a"), 100);
      connection.send("GET / HTTP/1.1\r\nHost: h\r\nX-A: ");
      const ending = await connection.closed(differs("header-timeout") ? 1600 : 4000);
      clearInterval(drip);
      connection.destroy();
      assert.equal(ending === "open", differs("header-timeout"));
    });
  });

  // Bun counts in steps of four seconds, so this one takes that long.
  test("listen() closes a connection on which nothing moves, and no other", async () => {
    const finish = Promise.withResolvers<void>();
    const answer: RequestHandler = async (request, connection) => {
      if (request.url.endsWith("/upload")) return new Response(await request.text());
      if (request.url.endsWith("/delayed")) connection.expectDelay();
      if (!request.url.endsWith("/idle")) await finish.promise;
      return ok();
    };
    await withListener(answer, async ({ port }) => {
      const [delayed, upload, slow, idle] = await Promise.all([1, 2, 3, 4].map(() => RawConnection.open(port)));
      delayed!.send(get("/delayed"));
      upload!.send(post("Content-Length: 1000\r\n", "").replace("/p", "/upload"));
      const drip = setInterval(() => upload!.send("a"), 100);
      slow!.send(get("/slow"));
      await idle!.send(get("/idle")).response();
      const patience = differs("idle-timeout") ? 1600 : 9000;
      const endings = await Promise.all([idle!.closed(patience), slow!.closed(patience)]);
      clearInterval(drip);
      const open = endings.map((ending) => ending === "open");
      assert.deepEqual(open, differs("idle-timeout") ? [true, true] : [false, false]);
      assert.deepEqual([delayed!.ending, upload!.ending], ["open", "open"]);
      finish.resolve();
      assert.equal((await delayed!.response())?.status, 200);
      for (const connection of [delayed, upload, slow, idle]) connection!.destroy();
    });
  });
}

const ok = () => new Response("ok");

const throwing: [string, RequestHandler][] = [
  ["throws", () => {
    throw new Error("secret");
  }],
  ["rejects", () => Promise.reject(new Error("secret"))],
];

function refusalOf(verdict: ReturnType<typeof checkCanonical>) {
  assert.ok(!verdict.ok);
  return verdict;
}

/** A body that comes in several turns of the event loop, and then ends or fails. */
function pieces(texts: readonly string[], fails = false): ReadableStream<Uint8Array> {
  const rest = [...texts];
  return new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      const text = rest.shift();
      if (text !== undefined) return controller.enqueue(encoder.encode(text));
      if (fails) return controller.error(new Error("Cannot read body: the origin is gone"));
      controller.close();
    },
  }, { highWaterMark: 0 });
}

/** A body that is there as a whole when it is first asked for. */
function onePiece(text: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode(text));
      controller.close();
    },
  });
}

/** A body that says "begin", and "end" once it may finish. */
function heldBody() {
  let finish = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode("begin"));
      finish = () => {
        controller.enqueue(encoder.encode("end"));
        controller.close();
      };
    },
  });
  return { body, finish: () => finish() };
}

/** The value of `read` once it has stayed the same for a while. */
async function settled(read: () => number): Promise<number> {
  for (let last = NaN;;) {
    const now = read();
    if (now === last) return now;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
