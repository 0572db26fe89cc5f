import { Hono } from "hono";
import { z } from "zod";
import type { AdminEnv, AdminPorts } from "./admin-ports.ts";
import { onlyMethod } from "./only-method.ts";
import { problem } from "./problem.ts";

/** What is said of health. */
export const healthSchema = z.object({ status: z.enum(["ok", "ready"]) });

/** `GET /healthz`: the process runs. `GET /readyz`: it takes requests, and is not about to stop. */
export function healthRoutes({ isStopping }: Pick<AdminPorts, "isStopping">): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();
  routes.get("/healthz", (context) => context.json({ status: "ok" }));
  routes.get("/readyz", (context) => {
    return isStopping() ? problem(503, "the proxy is stopping") : context.json({ status: "ready" });
  });
  for (const path of ["/healthz", "/readyz"]) routes.all(path, onlyMethod("GET"));
  return routes;
}
