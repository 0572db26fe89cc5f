import { Hono } from "hono";
import type { AdminEnv, AdminPorts } from "./admin-ports.ts";
import { METRICS_TYPE, renderMetrics } from "./metrics.ts";
import { onlyMethod } from "./only-method.ts";

/** `GET /v1/stats`, `GET /v1/origins` and `GET /metrics`. */
export function statsRoutes(
  { engine, origins, clock, version }: Pick<AdminPorts, "engine" | "origins" | "clock" | "version">,
): Hono<AdminEnv> {
  const started = clock.monotonic();
  const uptime = () => Math.floor((clock.monotonic() - started) / 1000);
  const routes = new Hono<AdminEnv>();
  routes.get("/v1/stats", (context) => context.json({ version, uptime: uptime(), ...engine.stats }));
  routes.get("/v1/origins", (context) => context.json({ origins: origins() }));
  routes.get("/metrics", (context) => {
    const text = renderMetrics({ stats: engine.stats, origins: origins(), version, uptime: uptime() });
    return context.body(text, 200, { "content-type": METRICS_TYPE });
  });
  for (const path of ["/v1/stats", "/v1/origins", "/metrics"]) routes.all(path, onlyMethod("GET"));
  return routes;
}
