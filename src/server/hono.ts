/**
 * The engine as Hono middleware.
 *
 * ```ts
 * import { Hono } from "hono";
 * import { lacquer } from "lacquer/hono";
 *
 * const app = new Hono();
 * app.use(lacquer());
 * app.get("/", (c) => c.text("hello", 200, { "cache-control": "max-age=60" }));
 * ```
 *
 * Register it first, so that what other middleware sets, `Vary` of `cors()` included, is stored with the response. What
 * one before it sets ahead of `await next()` is lost, or stored like the rest. Fields of one request only, such as a
 * request id, belong into a middleware before it, behind its `await next()`.
 *
 * @module
 */
import type { Context, MiddlewareHandler, Next } from "hono";
import { CacheEngine } from "../engine/cache-engine.ts";
import type { EngineOptions } from "../engine/engine-options.ts";
import { originFromFetch } from "../origin/fetch-origin.ts";

/** Options of an engine whose origin is the rest of the app. */
export type MiddlewareOptions = Omit<EngineOptions, "origin">;

/**
 * Middleware that answers from the cache, and runs the rest of the chain when it must. A request with `Upgrade` goes
 * straight on: what it asks for is a connection, which no cache can keep.
 *
 * @param engine An engine to share with others, or options of one of its own.
 */
export function lacquer(engine: CacheEngine | MiddlewareOptions = {}): MiddlewareHandler {
  const shared = engine instanceof CacheEngine ? engine : new CacheEngine({ ...engine, origin: noOrigin });
  return async (context, next) => {
    if (context.req.raw.headers.has("upgrade")) return await next();
    let isBehind = false;
    const rest = async (request: Request) => {
      await undefined; // until it is known whether the client has its answer already
      return isBehind ? await runBehind(context, next, request) : await runRest(context, next, request);
    };
    const answer = shared.handle(unread(context.req.raw), { origin: { ...originFromFetch(rest), once: true } });
    isBehind = !(answer instanceof Promise);
    setResponse(context, await answer);
  };
}

/** Runs the handlers behind the middleware on the request as the engine forwards it. Hono lets this happen once. */
async function runRest(context: Context, next: Next, request: Request): Promise<Response> {
  const received = context.req.raw;
  context.req.raw = request;
  context.res = undefined;
  context.finalized = false; // Hono ignores what a finished context is given
  await next(); // what handlers throw, the error handler of the app has made a response
  context.req.raw = received;
  return context.res;
}

/** The same for a refresh, once the chain is through with the context, which is left as it was. */
async function runBehind(context: Context, next: Next, request: Request): Promise<Response> {
  await new Promise((resolve) => setTimeout(resolve));
  const sent = context.res;
  const response = await runRest(context, next, request);
  setResponse(context, sent);
  return response;
}

/** Hono would merge the fields of an earlier response into the new one. */
function setResponse(context: Context, response: Response): void {
  context.res = undefined;
  context.res = response;
}

/** A request whose body somebody has read already: Hono keeps what was read for the handlers. */
function unread(request: Request): Request {
  if (!request.bodyUsed) return request;
  const { method, headers, signal } = request;
  return new Request(request.url, { method, headers, signal });
}

function noOrigin(): never {
  throw new Error("Cannot fetch from an origin: the middleware answers from the app it stands in");
}
