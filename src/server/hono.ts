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
 * @module
 */
import type { Context, MiddlewareHandler, Next } from "hono";
import { CacheEngine } from "../engine/cache-engine.ts";
import type { EngineOptions } from "../engine/engine-options.ts";
import { originFromFetch } from "../origin/fetch-origin.ts";

/** Options of an engine whose origin is the rest of the app. */
export type MiddlewareOptions = Omit<EngineOptions, "origin">;

/**
 * Middleware that answers from the cache, and runs the rest of the chain when it must.
 *
 * @param engine An engine to share with others, or options of one of its own.
 */
export function lacquer(engine: CacheEngine | MiddlewareOptions = {}): MiddlewareHandler {
  const shared = engine instanceof CacheEngine ? engine : new CacheEngine({ ...engine, origin: noOrigin });
  return async (context, next) => {
    const origin = originFromFetch((request) => runRest(context, next, request));
    const response = await shared.handle(context.req.raw, { origin });
    context.res = undefined; // otherwise Hono merges the handler's fields into the answer
    context.res = response;
  };
}

/**
 * Runs the handlers behind the middleware on the request as the engine forwards it. A refresh runs them after the
 * response has been sent; the context is reopened for that, since Hono ignores what a finished one is given.
 */
async function runRest(context: Context, next: Next, request: Request): Promise<Response> {
  if (context.finalized) await afterResponse();
  context.req.raw = request;
  context.res = undefined;
  context.finalized = false;
  await next();
  const response = context.res;
  if (context.error) throw context.error;
  return response;
}

function afterResponse(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function noOrigin(): never {
  throw new Error("Cannot fetch: the middleware answers from the app it stands in");
}
