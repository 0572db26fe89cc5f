import assert from "node:assert/strict";
import { test } from "node:test";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { CacheEngine } from "../../src/engine/cache-engine.ts";
import { lacquer, type MiddlewareOptions } from "../../src/server/hono.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { settled } from "../support/scripted-proxy.ts";

const CACHEABLE = { "Cache-Control": "max-age=60" };

function appWith(options: MiddlewareOptions = {}) {
  const clock = new ManualClock();
  const app = new Hono<{ Variables: { user: string } }>();
  return { app, clock, cache: lacquer({ clock, timers: clock, ...options }) };
}

test("lacquer() runs the handler once for two visits, and every visitor's context stays its own", async () => {
  const { app, cache } = appWith();
  let runs = 0;
  app.use(async (context, next) => {
    context.set("user", context.req.header("x-user") ?? "");
    await next();
    context.header("x-after", context.get("user"));
  });
  app.use(cache);
  app.get("/", (context) => context.text(`run ${++runs}`, 200, CACHEABLE));
  const visits = ["a", "b", "c"].map((user) => app.request("/", { headers: { "x-user": user } }));
  const responses = await Promise.all(visits);
  assert.deepEqual(responses.map((response) => response.headers.get("x-after")), ["a", "b", "c"]);
  assert.deepEqual(await Promise.all(responses.map((response) => response.text())), ["run 1", "run 1", "run 1"]);
});

test("lacquer() delivers what the app makes of an error", async () => {
  const { app, cache } = appWith();
  app.use(cache);
  app.get("/login", () => {
    throw new HTTPException(401, { message: "who are you" });
  });
  app.get("/fault", () => {
    throw new Error("fault");
  });
  app.onError((error) => error instanceof HTTPException ? error.getResponse() : new Response("sorry", { status: 500 }));
  const login = await app.request("/login");
  assert.deepEqual([login.status, await login.text()], [401, "who are you"]);
  const fault = await app.request("/fault");
  assert.deepEqual([fault.status, await fault.text()], [500, "sorry"]);
  assert.equal((await app.request("/nowhere")).status, 404);
});

test("lacquer() lets a stale response stand in for a handler that throws", async () => {
  const { app, cache, clock } = appWith();
  let runs = 0;
  app.use(cache);
  app.get("/", (context) => {
    if (runs++ > 0) throw new Error("fault");
    return context.text("v1", 200, { "Cache-Control": "max-age=10, stale-if-error=60" });
  });
  app.onError(() => new Response("sorry", { status: 500 }));
  await (await app.request("/")).text();
  clock.advance(15_000);
  const response = await app.request("/");
  assert.deepEqual([response.status, await response.text()], [200, "v1"]);
});

test("lacquer() answers a range of what may not be stored with the whole of it", async () => {
  for (const control of ["no-store", "max-age=60"]) {
    const { app, cache } = appWith({ maxObjectBytes: 5 });
    app.use(cache);
    app.get("/", (context) => context.text("0123456789", 200, { "Cache-Control": control }));
    const response = await app.request("/", { headers: { range: "bytes=2-3" } });
    assert.deepEqual([response.status, await response.text()], [200, "0123456789"]);
  }
});

for (const delay of [0, 20]) {
  test(`lacquer() refreshes behind a stale response with a handler that takes ${delay} ms`, async () => {
    const { app, cache, clock } = appWith();
    let runs = 0;
    app.use(cache);
    app.get("/", async (context) => {
      if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
      return context.text(`v${++runs}`, 200, { "Cache-Control": "max-age=10, stale-while-revalidate=60" });
    });
    await (await app.request("/")).text();
    clock.advance(15_000);
    const stale = await app.request("/");
    assert.equal(await stale.text(), "v1");
    assert.match(stale.headers.get("cache-status") ?? "", /^lacquer; hit; ttl=-5/);
    await new Promise((resolve) => setTimeout(resolve, delay + 10));
    await settled();
    const fresh = await app.request("/");
    assert.equal(await fresh.text(), "v2");
    assert.equal(fresh.headers.get("cache-status"), "lacquer; hit; ttl=10");
    assert.equal(runs, 2);
  });
}

test("lacquer() asks a handler unconditionally, for it can be run only once", async () => {
  const { app, cache, clock } = appWith();
  const seen: (string | undefined)[] = [];
  app.use(cache);
  app.get("/", (context) => {
    seen.push(context.req.header("if-none-match"));
    return context.text("v", 200, { "Cache-Control": "max-age=10", etag: '"1"' });
  });
  for (let visit = 0; visit < 2; visit++) {
    assert.equal((await app.request("/", { headers: { "if-none-match": '"1"' } })).status, 304);
    clock.advance(15_000);
  }
  assert.deepEqual(seen, [undefined, undefined]);
});

test("lacquer() passes a streamed response on as it comes, a HEAD without body, and each cookie", async () => {
  const { app, cache } = appWith();
  app.use(cache);
  let cancelled = false;
  app.get("/events", () => {
    const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      controller.enqueue(new TextEncoder().encode("first"));
    };
    const body = new ReadableStream<Uint8Array>({ start, cancel: () => void (cancelled = true) });
    const headers = new Headers({ "cache-control": "no-store" });
    for (const cookie of ["a=1", "b=2"]) headers.append("set-cookie", cookie);
    return new Response(body, { headers });
  });
  const response = await app.request("/events");
  assert.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  assert.equal(new TextDecoder().decode((await reader.read()).value), "first");
  await reader.cancel();
  cancelled = false;
  const head = await app.request("/events", { method: "HEAD" });
  assert.deepEqual([head.status, head.body], [200, null]);
  await settled();
  assert.ok(cancelled);
});

test("lacquer() lets a request with Upgrade go straight to its handler, and stores nothing", async () => {
  const { app, cache } = appWith();
  const upgrades: (string | undefined)[] = [];
  app.use(cache);
  app.get("/", (context) => {
    upgrades.push(context.req.header("upgrade"));
    return context.text("v", 200, CACHEABLE);
  });
  const headers = { connection: "upgrade", upgrade: "websocket" };
  for (let visit = 0; visit < 2; visit++) {
    const response = await app.request("/", { headers });
    assert.deepEqual([await response.text(), response.headers.get("cache-status")], ["v", null]);
  }
  const plain = await app.request("/");
  assert.match(plain.headers.get("cache-status") ?? "", /^lacquer; fwd=uri-miss/);
  assert.deepEqual(upgrades, ["websocket", "websocket", undefined]);
});

test("lacquer() leaves handlers the body that a middleware before it has read", async () => {
  const { app, cache } = appWith();
  app.use(async (context, next) => {
    await context.req.text();
    await next();
  });
  app.use(cache);
  app.post("/", async (context) => context.text(await context.req.text()));
  const response = await app.request("/", { method: "POST", body: "posted" });
  assert.deepEqual([response.status, await response.text()], [200, "posted"]);
});

test("lacquer() leaves the request as it came to the middleware before it", async () => {
  const engine = new CacheEngine({ origin: () => new Response() });
  const app = new Hono();
  let query = "";
  app.use(async (context, next) => {
    await next();
    query = new URL(context.req.raw.url).search;
  });
  app.use(lacquer(engine));
  app.get("/", (context) => context.text("x", 200, CACHEABLE));
  await app.request("/?b&a");
  assert.equal(query, "?b&a");
});

for (const control of ["max-age=60", "private"]) {
  test(`lacquer() runs the handler once for a visit that has waited too long for a ${control} answer of another`, async () => {
    const clock = new ManualClock();
    const app = new Hono();
    const visits: (() => void)[] = [];
    app.use(lacquer({ clock, timers: clock }));
    app.get("/page", async (context) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const visit = visits.push(resolve);
      await promise;
      return context.text(`visit ${visit}`, 200, { "cache-control": control });
    });
    const waiting = [app.request("/page"), app.request("/page")];
    await settled();
    clock.advance(5_000);
    await settled();
    assert.equal(visits.length, 2);
    visits[0]!();
    await settled();
    visits[1]!();
    const texts = await Promise.all(waiting.map(async (visit) => (await visit).text()));
    assert.deepEqual(texts, ["visit 1", "visit 2"]);
    assert.equal(visits.length, 2);
  });
}
