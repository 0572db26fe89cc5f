import { zValidator } from "@hono/zod-validator";
import { Hono } from "hono";
import type { AdminEngine } from "./admin-engine.ts";
import type { AdminEnv } from "./admin-ports.ts";
import { invalidContent } from "./invalid-content.ts";
import { onlyMethod } from "./only-method.ts";
import { purgeRefusal } from "./purge-refusal.ts";
import { boundedPurgeSchema } from "./purge-schema.ts";
import { readJson } from "./read-json.ts";

/** Largest content of a purge request. */
const MAX_BYTES = 1024 * 1024;

const validated = zValidator("json", boundedPurgeSchema, (result) => {
  if (!result.success) return invalidContent(result.error.issues);
}, { validationFunction: (schema, given) => schema.safeParse(given, { reportInput: true }) });

/** `POST /v1/purge`: answers once no later request can see what was purged. */
export function purgeRoutes(engine: AdminEngine): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();
  routes.post("/v1/purge", readJson(MAX_BYTES), validated, async (context) => {
    try {
      const { sequence } = await engine.purge(context.req.valid("json"));
      return context.json({ sequence });
    } catch (error) {
      return purgeRefusal(error);
    }
  });
  routes.all("/v1/purge", onlyMethod("POST"));
  return routes;
}
