import type { Handler } from "hono";
import type { AdminEnv } from "./admin-ports.ts";
import { problem } from "./problem.ts";

/** Answers every other method of a path than the one it has. */
export function onlyMethod(method: "GET" | "POST"): Handler<AdminEnv> {
  const allow = method === "GET" ? "GET, HEAD" : method;
  return (context) =>
    problem(405, `${context.req.method} is not accepted here, accepted: ${allow}`, { fields: { allow } });
}
