import { test } from "node:test";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import type { OriginClient, OriginResponse } from "../../src/origin/origin-client.ts";
import { OriginError, type OriginFailure } from "../../src/origin/origin-error.ts";
import { connectOrigin } from "../../src/runtime/origin-client.ts";
import type { OriginOptions } from "../../src/server/runtime.ts";
import {
  type RawHandler,
  type RawOrigin,
  type RawOriginOptions,
  type RawRequest,
  requestHeader,
  startRawOrigin,
} from "../support/raw-origin.ts";
import { TEST_CERTIFICATE, TEST_KEY } from "../support/test-certificate.ts";
import { originRequest as request } from "../support/origin-request.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** For tests of reuse: a pool opens another connection when the last exchange has ended in the same turn. */
const ONE = { maxConnections: 1 };

interface Setup extends RawOriginOptions {
  readonly handler?: RawHandler;
  readonly client?: Partial<OriginOptions>;
}

/** Runs `story` against a fresh origin and a client of it, and closes both. */
async function withOrigin(setup: Setup, story: (client: OriginClient, origin: RawOrigin) => Promise<void>) {
  const origin = await startRawOrigin(setup.handler, setup);
  const client = connectOrigin({
    url: origin.url,
    connectTimeout: 5_000,
    firstByteTimeout: 5_000,
    betweenBytesTimeout: 5_000,
    totalTimeout: 0,
    maxConnections: 4,
    verifyCertificate: true,
    ...setup.client,
  });
  try {
    await story(client, origin);
  } finally {
    await origin.close();
    await client.close();
  }
}

async function bytesOf(response: OriginResponse): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  if (response.body !== null) { for await (const chunk of response.body) chunks.push(chunk); }
  return Buffer.concat(chunks);
}

async function textOf(response: OriginResponse): Promise<string> {
  return (await bytesOf(response)).toString("latin1");
}

async function failure(outcome: Promise<unknown>): Promise<OriginFailure> {
  const error = await outcome.then(() => undefined, (reason: unknown) => reason);
  assert.ok(error instanceof OriginError, `Expected an OriginError, got: ${error}`);
  return error.failure;
}

/** Lets I/O and timers have a turn until `condition` holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(2);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A body of `count` pieces of 64 KiB, made on demand; `pulled` counts them. */
function upload(count: number) {
  const made = { pulled: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (made.pulled === count) return controller.close();
      made.pulled++;
      controller.enqueue(new Uint8Array(65_536));
    },
    cancel: () => void (made.cancelled = true),
  }, { highWaterMark: 0 });
  return { body, made };
}

function textBody(...parts: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(Buffer.from(part));
      controller.close();
    },
  });
}

test("connectOrigin() passes encoded bytes unchanged", async () => {
  const gzip = gzipSync("hello ".repeat(1_000));
  await withOrigin({}, async (client, origin) => {
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${gzip.length}\r\n\r\n`;
    origin.respond(Buffer.concat([Buffer.from(head), gzip]));
    const response = await client.fetch(request());
    assert.equal(response.framing, "length");
    assert.equal(response.origin, origin.url);
    assert.deepEqual(await bytesOf(response), gzip);
  });
});

test("connectOrigin() keeps field lines as received: order, repeats, bytes above 127", async () => {
  await withOrigin({}, async (client, origin) => {
    origin.respond(
      "HTTP/1.1 200 OK\r\nX-B: 1\r\nSet-Cookie: a=1\r\nX-A: caf\xe9\r\nX-B: 2\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n",
    );
    const response = await client.fetch(request());
    assert.deepEqual(response.fields, [
      ["x-b", "1"],
      ["set-cookie", "a=1"],
      ["x-a", "caf\xe9"],
      ["x-b", "2"],
      ["set-cookie", "b=2"],
      ["content-length", "0"],
    ]);
    assert.equal(await textOf(response), "");
  });
});

test("connectOrigin() sends method, target, Host and fields byte for byte", async () => {
  await withOrigin({}, async (client, origin) => {
    origin.respond(OK);
    const fields = [["x-a", "caf\xe9"], ["x-b", "1"], ["x-b", "2"], ["expect", "100-continue"]] as const;
    await textOf(await client.fetch(request({ method: "BAN", target: '/a/../b%2f"?q=<>', fields })));
    const [sent] = origin.requests;
    assert.equal(sent!.head.split("\r\n")[0], 'BAN /a/../b%2f"?q=<> HTTP/1.1');
    assert.deepEqual(sent!.headers, [
      ["host", "site.example"],
      ["connection", "keep-alive"],
      ["x-a", "caf\xe9"],
      ["x-b", "1"],
      ["x-b", "2"],
    ]);
  });
});

test("connectOrigin() sends the configured Host in place of the client's", async () => {
  await withOrigin({ client: { host: "app.internal" } }, async (client, origin) => {
    origin.respond(OK);
    await textOf(await client.fetch(request()));
    assert.equal(requestHeader(origin.requests[0]!, "host"), "app.internal");
  });
});

test("connectOrigin() rejects with a TypeError what cannot be written as a request", async () => {
  await withOrigin({}, async (client) => {
    await assert.rejects(client.fetch(request({ target: "/a b" })), TypeError);
    await assert.rejects(client.fetch(request({ fields: [["x", "a\r\nb: c"]] })), TypeError);
  });
});

test("connectOrigin() reports 1xx responses and then the final one", async () => {
  await withOrigin({}, async (client, origin) => {
    origin.respond(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n${OK}`);
    const seen: unknown[] = [];
    const response = await client.fetch(request({ onInformational: (...args) => seen.push(args) }));
    assert.deepEqual(seen, [[103, [["link", "</a>"]]], [102, []]]);
    assert.equal(await textOf(response), "ok");
  });
});

test("connectOrigin() takes 32 responses of 1xx and no more", async () => {
  await withOrigin({}, async (client, origin) => {
    const hint = "HTTP/1.1 103 Early Hints\r\n\r\n";
    origin.respond(hint.repeat(32) + OK).respond(hint.repeat(33) + OK);
    assert.equal(await textOf(await client.fetch(request())), "ok");
    assert.equal(await failure(client.fetch(request())), "malformed-response");
  });
});

test("connectOrigin() calls these header sections malformed, and closes the connection", async () => {
  const bodies = "Content-Length: 2\r\n\r\nok";
  const malformed = [
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok`,
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    `HTTP/1.1 200 OK\r\nContent-Length: 3\r\n${bodies}`,
    `HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok`,
    `HTTP/1.1 200 OK\r\nX: a\0b\r\n${bodies}`,
    `HTTP/1.1 200 OK\r\nX : a\r\n${bodies}`,
    `HTTP/1.1 101 Switching Protocols\r\n\r\n`,
    `HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n`,
    `HTTP/1.1 099 Odd\r\n${bodies}`,
    `HTTP/1.1 600 Odd\r\n${bodies}`,
    `HTTP/1.1 999 Odd\r\n${bodies}`,
    `HTTP/1.1 200 OK\r\nX: ${"a".repeat(70_000)}\r\n${bodies}`,
    `SSH-2.0-OpenSSH_9.9\r\n`,
  ];
  await withOrigin({}, async (client, origin) => {
    for (const bytes of malformed) origin.respond(bytes);
    for (const bytes of malformed) {
      assert.equal(await failure(client.fetch(request())), "malformed-response", bytes.slice(0, 80));
    }
    await Promise.all(origin.connections.map(({ closed }) => closed));
    assert.equal(origin.connections.length, malformed.length);
  });
});

test("connectOrigin() tells malformed chunks from missing ones", async () => {
  await withOrigin({}, async (client, origin) => {
    origin.respond("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokXX");
    const response = await client.fetch(request());
    assert.equal(await failure(textOf(response)), "malformed-response");
  });
});

test("connectOrigin() gives no body to HEAD, 204 and 304, whatever their fields say", async () => {
  await withOrigin({}, async (client, origin) => {
    origin.respond("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
      .respond("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello")
      .respond("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n")
      .respond(OK);
    for (const method of ["HEAD", "GET", "GET"]) {
      const response = await client.fetch(request({ method }));
      assert.equal(response.body, null);
      assert.equal(response.framing, "none");
    }
    assert.equal(await textOf(await client.fetch(request())), "ok");
  });
});

test("connectOrigin() never takes bytes after a complete body for the next response", async () => {
  const poisoned =
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison";
  await withOrigin({}, async (client, origin) => {
    origin.respond(poisoned).respond(OK);
    assert.equal(await textOf(await client.fetch(request())), "hello");
    for (let i = 0; i < 5; i++) assert.equal(await textOf(await client.fetch(request())), "ok");
  });
});

const FRAMINGS = {
  length: "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhello",
  "length, not kept alive": "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1000\r\n\r\nhello",
  chunked: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
  "chunked, inside a chunk": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhello",
  "chunked, last CRLF missing": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
  "chunked, not kept alive":
    "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
};

/** Sends the bytes, and ends the connection once the client has shown that it received them. */
async function cutBody(bytes: string, cut: (socket: Socket) => void): Promise<string> {
  let result = "";
  await withOrigin({}, async (client, origin) => {
    origin.respond(bytes);
    const response = await client.fetch(request());
    const reader = response.body!.getReader();
    let text = "";
    while (text.length < 5) text += Buffer.from((await reader.read()).value!).toString();
    assert.equal(text, "hello");
    cut(origin.connections[0]!.socket);
    const outcome = reader.read();
    result = await outcome.then(({ done }) => done ? "complete" : "more", (error) => (error as OriginError).failure);
  });
  return result;
}

for (const [framing, bytes] of Object.entries(FRAMINGS)) {
  test(`connectOrigin() calls a body truncated that a FIN cuts: ${framing}`, async () => {
    assert.equal(await cutBody(bytes, (socket) => socket.end()), "truncated");
  });

  test(`connectOrigin() errors a body that a RST cuts: ${framing}`, async () => {
    assert.equal(await cutBody(bytes, (socket) => socket.resetAndDestroy()), "reset");
  });
}

test("connectOrigin() takes a FIN for the end of a body without length", async () => {
  assert.equal(await cutBody("HTTP/1.1 200 OK\r\n\r\nhello", (socket) => socket.end()), "complete");
});

test("connectOrigin() never takes a RST for the end of a body without length", async () => {
  assert.equal(await cutBody("HTTP/1.1 200 OK\r\n\r\nhello", (socket) => socket.resetAndDestroy()), "reset");
  const old = "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nhello";
  assert.equal(await cutBody(old, (socket) => socket.resetAndDestroy()), "reset");
});

test("connectOrigin() tells a response cut in its header section from one that never began", async () => {
  const endings = ["", "HTTP/1.1 200 OK\r\nContent-"];
  for (const [index, expected] of (["reset", "truncated"] as const).entries()) {
    for (const reset of [false, true]) {
      const handler: RawHandler = (_request, socket) => {
        socket.write(endings[index]!);
        // Long enough for the bytes to be read: a reset discards what was not.
        setTimeout(() => reset ? socket.resetAndDestroy() : socket.end(), 20);
      };
      await withOrigin({ handler }, async (client, origin) => {
        assert.equal(await failure(client.fetch(request())), expected);
        assert.equal(origin.requests.length, 1);
      });
    }
  }
});

test("connectOrigin() rejects with connect when nobody listens", async () => {
  const origin = await startRawOrigin();
  await origin.close();
  await withOrigin({ client: { url: origin.url } }, async (client) => {
    assert.equal(await failure(client.fetch(request())), "connect");
  });
});

test("connectOrigin() rejects with connect-timeout when no connection comes about", async () => {
  // A TCP server that never answers a TLS handshake.
  const silent = await startRawOrigin(() => {});
  const url = `https://127.0.0.1:${silent.port}`;
  await withOrigin({ client: { url, connectTimeout: 50 } }, async (client) => {
    const started = performance.now();
    assert.equal(await failure(client.fetch(request())), "connect-timeout");
    assert.ok(performance.now() - started < 400);
    await silent.close();
  });
});

test("connectOrigin() rejects with connect-timeout when all connections stay busy", async () => {
  const client = { connectTimeout: 50, maxConnections: 1 };
  await withOrigin({ handler: () => {}, client }, async (client, origin) => {
    const abort = new AbortController();
    const first = failure(client.fetch(request({ signal: abort.signal })));
    await until(() => origin.requests.length === 1);
    assert.equal(await failure(client.fetch(request())), "connect-timeout");
    abort.abort();
    assert.equal(await first, "aborted");
    assert.equal(origin.requests.length, 1);
  });
});

test("connectOrigin() rejects with first-byte-timeout when the header section is late", async () => {
  for (const bytes of ["", "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n"]) {
    await withOrigin({ client: { firstByteTimeout: 50 } }, async (client, origin) => {
      origin.respond(bytes);
      const started = performance.now();
      assert.equal(await failure(client.fetch(request())), "first-byte-timeout");
      assert.ok(performance.now() - started < 400);
      await origin.connections[0]!.closed;
    });
  }
});

test("connectOrigin() errors the body with between-bytes-timeout when the origin stalls", async () => {
  await withOrigin({ client: { betweenBytesTimeout: 50 } }, async (client, origin) => {
    origin.respond("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    const response = await client.fetch(request());
    const started = performance.now();
    assert.equal(await failure(textOf(response)), "between-bytes-timeout");
    assert.ok(performance.now() - started < 400);
    await origin.connections[0]!.closed;
  });
});

test("connectOrigin() takes a slow body as long as bytes keep coming", async () => {
  const handler: RawHandler = async (_request, socket) => {
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
    for (let i = 0; i < 10; i++) {
      await pause(20);
      socket.write("x");
    }
  };
  await withOrigin({ handler, client: { betweenBytesTimeout: 120 } }, async (client) => {
    assert.equal(await textOf(await client.fetch(request())), "xxxxxxxxxx");
  });
});

test("connectOrigin() does not count the time a reader takes as the origin's", async () => {
  const body = Buffer.alloc(1_000_000, "x");
  const head = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`);
  await withOrigin({ client: { betweenBytesTimeout: 50 } }, async (client, origin) => {
    origin.respond(Buffer.concat([head, body]));
    const response = await client.fetch(request());
    await pause(200);
    assert.equal((await bytesOf(response)).length, body.length);
  });
});

test("connectOrigin() ends an exchange with total-timeout, read or unread", async () => {
  await withOrigin({ client: { totalTimeout: 60 } }, async (client, origin) => {
    origin.respond("").respond(`HTTP/1.1 200 OK\r\n\r\n${"x".repeat(200_000)}`);
    assert.equal(await failure(client.fetch(request())), "total-timeout");
    const response = await client.fetch(request());
    await origin.connections[1]!.closed;
    assert.equal(await failure(textOf(response)), "total-timeout");
  });
});

test("connectOrigin() leaves unsent what nobody reads", async () => {
  const total = 64 * 1024 * 1024;
  const piece = Buffer.alloc(262_144);
  let sent = 0;
  const handler: RawHandler = (_request, socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`);
    const next = (): void => {
      socket.write(piece, (error) => {
        if (error) return;
        sent += piece.length;
        if (sent < total) next();
      });
    };
    next();
  };
  await withOrigin({ handler }, async (client) => {
    const response = await client.fetch(request());
    for (let before = -1; before !== sent; await pause(150)) before = sent;
    assert.ok(sent < 16 * 1024 * 1024, `${sent} bytes were sent`);
    let received = 0;
    for await (const chunk of response.body!) received += chunk.length;
    assert.equal(received, total);
  });
});

test("connectOrigin() closes the connection when aborted before headers", async () => {
  await withOrigin({ handler: () => {} }, async (client, origin) => {
    const abort = new AbortController();
    const outcome = failure(client.fetch(request({ signal: abort.signal })));
    await until(() => origin.requests.length === 1);
    abort.abort();
    assert.equal(await outcome, "aborted");
    await origin.connections[0]!.closed;
    assert.equal(await failure(client.fetch(request({ signal: abort.signal }))), "aborted");
    assert.equal(origin.requests.length, 1);
  });
});

test("connectOrigin() closes the connection when aborted inside the body", async () => {
  await withOrigin({}, async (client, origin) => {
    origin.respond("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    const abort = new AbortController();
    const response = await client.fetch(request({ signal: abort.signal }));
    abort.abort();
    await origin.connections[0]!.closed;
    assert.equal(await failure(textOf(response)), "aborted");
  });
});

test("connectOrigin() closes the connection when the body is cancelled", async () => {
  await withOrigin({}, async (client, origin) => {
    origin.respond("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    const response = await client.fetch(request());
    await response.body!.cancel();
    await origin.connections[0]!.closed;
  });
});

test("connectOrigin() removes its listener from the signal at the end of the exchange", async () => {
  await withOrigin({}, async (client, origin) => {
    origin.respond("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
    signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args));
    const response = await client.fetch(request({ signal }));
    assert.equal(listeners, 1);
    origin.connections[0]!.socket.write("world");
    await textOf(response);
    assert.equal(listeners, 0);
  });
});

test("connectOrigin() uses a connection again", async () => {
  await withOrigin({ client: ONE }, async (client, origin) => {
    origin.respond(OK).respond("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
    for (let i = 0; i < 4; i++) assert.equal(await textOf(await client.fetch(request())), "ok");
    assert.equal(origin.requests.length, 4);
    assert.equal(origin.connections.length, 1);
  });
});

test("connectOrigin() opens no more than maxConnections", async () => {
  await withOrigin({ client: { maxConnections: 2 } }, async (client, origin) => {
    origin.respond(OK);
    const texts = await Promise.all(Array.from({ length: 8 }, async () => textOf(await client.fetch(request()))));
    assert.deepEqual(new Set(texts), new Set(["ok"]));
    assert.equal(origin.connections.length, 2);
  });
});

/** Answers the first request of a connection and closes on the second without a word. */
const closesWhenReused = (reset: boolean): RawHandler => {
  const seen = new Set<Socket>();
  return (_request, socket) => {
    if (!seen.has(socket)) {
      seen.add(socket);
      socket.write(OK);
    } else if (reset) socket.resetAndDestroy();
    else socket.end();
  };
};

test("connectOrigin() repeats a GET once that met a kept connection being closed", async () => {
  for (const reset of [false, true]) {
    await withOrigin({ handler: closesWhenReused(reset), client: ONE }, async (client, origin) => {
      await textOf(await client.fetch(request()));
      const response = await client.fetch(request({ target: "/again" }));
      assert.equal(await textOf(response), "ok");
      assert.deepEqual(origin.requests.map(({ target, connection }) => [target, connection]), [
        ["/", 0],
        ["/again", 0],
        ["/again", 1],
      ]);
    });
  }
});

test("connectOrigin() never repeats a POST", async () => {
  for (const reset of [false, true]) {
    await withOrigin({ handler: closesWhenReused(reset), client: ONE }, async (client, origin) => {
      await textOf(await client.fetch(request()));
      assert.equal(await failure(client.fetch(request({ method: "POST" }))), "reset");
      assert.equal(await textOf(await client.fetch(request())), "ok");
      assert.deepEqual(origin.requests.map(({ method }) => method), ["GET", "POST", "GET"]);
    });
  }
});

test("connectOrigin() never repeats a GET on a new connection, nor more than once", async () => {
  const handler: RawHandler = (request, socket) => {
    if (request.target === "/first") socket.write(OK);
    else socket.end();
  };
  await withOrigin({ handler, client: ONE }, async (client, origin) => {
    assert.equal(await failure(client.fetch(request())), "reset");
    assert.equal(origin.requests.length, 1);
    await textOf(await client.fetch(request({ target: "/first" })));
    assert.equal(await failure(client.fetch(request())), "reset");
    assert.equal(origin.requests.length, 4);
  });
});

test("connectOrigin() sends a body with its length, or chunked", async () => {
  await withOrigin({ client: ONE }, async (client, origin) => {
    origin.respond(OK);
    const post = { method: "POST" } as const;
    await textOf(await client.fetch(request({ ...post, body: textBody("hello", " you"), bodyLength: 9 })));
    await textOf(await client.fetch(request({ ...post, body: textBody("hello", " you") })));
    await textOf(await client.fetch(request({ ...post, body: textBody(), bodyLength: 0 })));
    const framing = (sent: RawRequest) => [
      requestHeader(sent, "content-length"),
      requestHeader(sent, "transfer-encoding"),
      sent.body,
    ];
    assert.deepEqual(origin.requests.map(framing), [
      ["9", undefined, "hello you"],
      [undefined, "chunked", "hello you"],
      ["0", undefined, ""],
    ]);
    assert.equal(origin.connections.length, 1);
  });
});

test("connectOrigin() reads no more of an upload than the origin takes", async () => {
  const { body, made } = upload(512);
  let taking: Socket | undefined;
  const handler: RawHandler = (_request, socket) => {
    socket.pause();
    taking = socket;
  };
  await withOrigin({ handler, at: "head" }, async (client, origin) => {
    const response = client.fetch(request({ method: "PUT", body }));
    await until(() => taking !== undefined);
    for (let before = -1; before !== made.pulled; await pause(150)) before = made.pulled;
    assert.ok(made.pulled < 256, `${made.pulled} pieces were read`);
    taking!.resume();
    await until(() => origin.requests[0]!.body.length === 512 * 65_536);
    taking!.write(OK);
    assert.equal(await textOf(await response), "ok");
  });
});

test("connectOrigin() does not count the time an upload takes as the origin's", async () => {
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await pause(150);
      controller.enqueue(Buffer.from("late"));
      controller.close();
    },
  }, { highWaterMark: 0 });
  await withOrigin({ client: { firstByteTimeout: 60 } }, async (client, origin) => {
    origin.respond(OK);
    assert.equal(await textOf(await client.fetch(request({ method: "POST", body }))), "ok");
    assert.equal(origin.requests[0]!.body, "late");
  });
});

test("connectOrigin() rejects with first-byte-timeout when the origin stops taking an upload", async () => {
  const { body, made } = upload(4_096);
  const handler: RawHandler = (_request, socket) => void socket.pause();
  await withOrigin({ handler, at: "head", client: { firstByteTimeout: 80 } }, async (client) => {
    assert.equal(await failure(client.fetch(request({ method: "PUT", body }))), "first-byte-timeout");
    await until(() => made.cancelled);
  });
});

test("connectOrigin() rejects with request-body when the client's side fails, and closes the connection", async () => {
  let fail: ((reason: Error) => void) | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(Buffer.from("half"));
      fail = (reason) => controller.error(reason);
    },
  });
  await withOrigin({ handler: () => {}, at: "head" }, async (client, origin) => {
    const outcome = failure(client.fetch(request({ method: "POST", body })));
    await until(() => origin.requests[0]?.body === "" && origin.connections[0]!.received.includes("half"));
    fail!(new Error("client is gone"));
    assert.equal(await outcome, "request-body");
    await origin.connections[0]!.closed;
    assert.ok(!origin.connections[0]!.received.endsWith("0\r\n\r\n"));
  });
});

test("connectOrigin() rejects with request-body when a body is not as long as declared", async () => {
  for (const bodyLength of [3, 7]) {
    await withOrigin({ handler: () => {} }, async (client) => {
      const body = textBody("hello");
      assert.equal(await failure(client.fetch(request({ method: "POST", body, bodyLength }))), "request-body");
    });
  }
});

test("connectOrigin() delivers an answer that comes before the upload is over, and drops the connection", async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Buffer.from("GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")),
    cancel: () => void (cancelled = true),
  });
  await withOrigin({ at: "head" }, async (client, origin) => {
    origin.respond("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno").respond(OK);
    const response = await client.fetch(request({ method: "POST", body, bodyLength: 1_000_000 }));
    assert.equal(response.status, 413);
    assert.equal(await textOf(response), "no");
    await origin.connections[0]!.closed;
    await until(() => cancelled);
    assert.equal(await textOf(await client.fetch(request())), "ok");
    assert.deepEqual(origin.requests.map(({ method, connection }) => [method, connection]), [["POST", 0], ["GET", 1]]);
  });
});

test("connectOrigin() names the Host in TLS, and checks the certificate", async () => {
  const tls = { key: TEST_KEY, cert: TEST_CERTIFICATE };
  await withOrigin({ tls, client: { ...ONE, verifyCertificate: false } }, async (client, origin) => {
    origin.respond(OK);
    assert.equal(await textOf(await client.fetch(request({ host: "origin.test:8443" }))), "ok");
    assert.equal(await textOf(await client.fetch(request({ host: "origin.test:8443" }))), "ok");
    assert.equal(await textOf(await client.fetch(request({ host: "other.test" }))), "ok");
    assert.deepEqual(origin.connections.map(({ servername }) => servername), ["origin.test", "other.test"]);
  });
  await withOrigin({ tls, client: { verifyCertificate: false, host: "origin.test" } }, async (client, origin) => {
    origin.respond(OK);
    assert.equal(await textOf(await client.fetch(request({ host: "site.example" }))), "ok");
    assert.equal(origin.connections[0]!.servername, "origin.test");
  });
  await withOrigin({ tls }, async (client) => {
    assert.equal(await failure(client.fetch(request({ host: "origin.test" }))), "connect");
  });
});

test("connectOrigin() errors a body over TLS that a closed connection cuts", async () => {
  const setup = { tls: { key: TEST_KEY, cert: TEST_CERTIFICATE }, client: { verifyCertificate: false } };
  for (const framing of ["length", "chunked"] as const) {
    await withOrigin(setup, async (client, origin) => {
      origin.respond(FRAMINGS[framing]);
      const response = await client.fetch(request({ host: "origin.test" }));
      origin.connections[0]!.socket.end();
      assert.equal(await failure(textOf(response)), "truncated");
    });
  }
});

test("close() ends idle connections at once and lets an exchange finish", async () => {
  await withOrigin({ client: ONE }, async (client, origin) => {
    origin.respond(OK).respond("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    await textOf(await client.fetch(request()));
    const response = await client.fetch(request());
    const closing = client.close();
    assert.equal(await failure(client.fetch(request())), "aborted");
    origin.connections[0]!.socket.write("world");
    assert.equal(await textOf(response), "helloworld");
    await closing;
    await origin.connections[0]!.closed;
  });
});
