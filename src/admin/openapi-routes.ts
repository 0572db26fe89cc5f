import { Hono } from "hono";
import type { AdminEnv } from "./admin-ports.ts";
import { onlyMethod } from "./only-method.ts";
import { openApiDocument } from "./openapi.ts";

/** `GET /openapi.json`, with the address that the request was sent to. */
export function openApiRoutes(version: string): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();
  routes.get("/openapi.json", (context) => {
    const { host } = new URL(context.req.url);
    return context.json(openApiDocument(version, `http://${context.req.header("host") ?? host}`));
  });
  routes.all("/openapi.json", onlyMethod("GET"));
  return routes;
}
