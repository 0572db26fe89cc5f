import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { CacheEngine } from "../../src/engine/cache-engine.ts";
import { settled } from "../support/scripted-proxy.ts";

const TEXT = "hello hello hello hello hello hello";

const ENCODED: Readonly<Record<string, Uint8Array>> = {
  gzip: gzipSync(TEXT),
  GZIP: gzipSync(TEXT),
  "x-gzip": gzipSync(TEXT),
  br: brotliCompressSync(TEXT),
  deflate: deflateSync(TEXT),
  "br, gzip": gzipSync(brotliCompressSync(TEXT)),
  identity: Buffer.from(TEXT),
};

/** Runs `task` with the address of a server that answers `/NAME` in the coding of that name. */
async function withServer(task: (base: string, seen: IncomingMessage[]) => Promise<void>): Promise<void> {
  const seen: IncomingMessage[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    seen.push(request);
    const coding = decodeURIComponent(request.url?.slice(1) ?? "");
    const isRedirect = coding === "redirect";
    const bytes = ENCODED[coding] ?? Buffer.from("moved");
    response.writeHead(isRedirect ? 302 : 200, {
      "cache-control": "max-age=60",
      "content-length": bytes.length,
      ...(isRedirect ? { location: "/gzip" } : { "content-encoding": coding }),
    });
    response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await task(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** What a client of the engine reads: the body, if it says truly how that is encoded. */
async function textOf(response: Response): Promise<string> {
  const coding = response.headers.get("content-encoding") ?? "identity";
  return coding === "identity" ? await response.text() : `encoded with ${coding}`;
}

test("originFromFetch() over the global fetch gives a decoded body without the fields of the encoded one", async () => {
  await withServer(async (base, seen) => {
    const engine = new CacheEngine({ origin: fetch });
    for (const coding of ["gzip", "GZIP", "br", "identity"]) {
      for (let visit = 0; visit < 2; visit++) {
        const response = await engine.fetch(`${base}/${coding}`, { headers: { "accept-encoding": "gzip, br, zstd" } });
        assert.equal(await textOf(response), TEXT, coding);
        const length = response.headers.get("content-length");
        assert.ok(length === null || length === String(TEXT.length), `${coding}: ${length}`);
        await settled();
      }
    }
    assert.equal(seen.length, 4);
    await engine.close();
  });
});

test("originFromFetch() takes no body of which nobody can tell whether it has been decoded", async () => {
  await withServer(async (base) => {
    const engine = new CacheEngine({ origin: fetch });
    for (const coding of ["deflate", "x-gzip", "br, gzip"]) {
      const response = await engine.fetch(`${base}/${encodeURIComponent(coding)}`);
      assert.equal(response.status, 502, coding);
      await response.text();
    }
    assert.equal(engine.size, 0);
    await engine.close();
  });
});

test("originFromFetch() asks for codings only that every fetch undoes, and for none with a range", async () => {
  const asked: (string | null)[] = [];
  const engine = new CacheEngine({
    origin: (request) => {
      asked.push(request.headers.get("accept-encoding"));
      return new Response("x", { headers: { "cache-control": "no-store" } });
    },
  });
  for (const accepted of ["zstd, br, deflate, gzip;q=0.5, *;q=0.1", "zstd", "*"]) {
    await engine.fetch("http://example.org/", { headers: { "accept-encoding": accepted } });
  }
  await engine.fetch("http://example.org/");
  await engine.fetch("http://example.org/", { headers: { range: "bytes=0-1", "accept-encoding": "gzip" } });
  assert.deepEqual(asked, ["br, gzip;q=0.5", "identity", "identity", "identity", "identity"]);
});

test("originFromFetch() leaves a redirect to the client", async () => {
  await withServer(async (base) => {
    const engine = new CacheEngine({ origin: fetch });
    const response = await engine.fetch(`${base}/redirect`);
    assert.deepEqual([response.status, response.headers.get("location")], [302, "/gzip"]);
    await response.text();
    await engine.close();
  });
});

test("originFromFetch() leaves alone what a function in this process has encoded", async () => {
  const bytes = gzipSync(TEXT);
  const headers = { "content-encoding": "gzip", "cache-control": "max-age=60" };
  const engine = new CacheEngine({ origin: () => new Response(bytes, { headers }) });
  const response = await engine.fetch("http://example.org/", { headers: { "accept-encoding": "gzip" } });
  assert.equal(response.headers.get("content-encoding"), "gzip");
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytes);
});

test("originFromFetch() takes a response that cannot be sent for a failure of its origin", async () => {
  const used = new Response("once");
  await used.text();
  const locked = new Response("locked");
  locked.body?.getReader();
  for (const unusable of [Response.error(), used, locked]) {
    const engine = new CacheEngine({ origin: () => unusable });
    assert.equal((await engine.fetch("http://example.org/")).status, 502);
  }
});

test("originFromFetch() does not take a handler that throws for an origin that cannot be reached", async () => {
  const throwing = () => Promise.reject(new TypeError("a fault of the handler"));
  const engine = new CacheEngine({ origin: throwing });
  const response = await engine.fetch(new Request("http://example.org/page"));
  assert.equal(response.status, 502);
  assert.equal(response.headers.get("cache-status"), "lacquer; fwd=uri-miss; detail=reset");
});

test("originFromFetch() lets others try once more whose request the handler may well bear", async () => {
  const engine = new CacheEngine({
    origin: async (request: Request) => {
      await settled();
      if (request.headers.has("x-bad")) throw new TypeError("a fault of the handler");
      return new Response("page", { headers: { "cache-control": "max-age=60" } });
    },
  });
  const bad = engine.fetch(new Request("http://example.org/page", { headers: { "x-bad": "1" } }));
  const good = Array.from({ length: 5 }, () => engine.fetch(new Request("http://example.org/page")));
  assert.deepEqual((await Promise.all(good)).map(({ status }) => status), [200, 200, 200, 200, 200]);
  assert.equal((await bad).status, 200, "it shares what the others have got");
});
