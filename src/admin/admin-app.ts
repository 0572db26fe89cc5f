/**
 * The admin API: an app of its own for a listener of its own. What every request has to pass stands first; then the
 * routes for everybody, then the token, then the rest.
 */
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import type { AdminEnv, AdminPorts } from "./admin-ports.ts";
import { neverStored, refusePages, requireHost, requireToken } from "./guards.ts";
import { healthRoutes } from "./health-routes.ts";
import { openApiRoutes } from "./openapi-routes.ts";
import { problem } from "./problem.ts";
import { purgeRoutes } from "./purge-routes.ts";
import { statsRoutes } from "./stats-routes.ts";

/** The admin API over an engine. Every error is a problem document, and nothing may be stored. */
export function adminApp(ports: AdminPorts): Hono<AdminEnv> {
  const app = new Hono<AdminEnv>();
  app.use(neverStored, refusePages, requireHost(ports));
  app.route("/", healthRoutes(ports));
  app.use(requireToken(ports));
  app.route("/", purgeRoutes(ports.engine));
  app.route("/", statsRoutes(ports));
  app.route("/", openApiRoutes(ports.version));
  app.notFound(() => problem(404, "there is no such path, accepted: those of /openapi.json"));
  app.onError((error) => {
    if (error instanceof HTTPException && error.status === 400) return problem(400, "the content is not JSON");
    ports.onFault(error);
    return problem(500, "the request met a fault of the proxy");
  });
  return app;
}
