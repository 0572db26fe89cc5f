// What every request to the admin API has to pass before it is looked at.
import type { HonoRequest } from "hono";
import { createMiddleware } from "hono/factory";
import { acceptedHosts } from "./accepted-hosts.ts";
import type { AdminEnv, AdminPorts } from "./admin-ports.ts";
import { bearerToken } from "./bearer-token.ts";
import { problem } from "./problem.ts";
import { refusedPage } from "./refused-page.ts";
import { WrongTokens } from "./wrong-tokens.ts";

/** Keeps every answer out of every cache. */
export const neverStored = createMiddleware<AdminEnv>(async (context, next) => {
  await next();
  context.res.headers.set("cache-control", "no-store");
});

/** Refuses what a page in a browser sends: such a page has no business here, whoever uses the browser. */
export const refusePages = createMiddleware<AdminEnv>(async (context, next) => {
  if (!context.req.raw.headers.has("origin")) return await next();
  return refusedPage();
});

/** Refuses requests that came under a name which is not ours. */
export function requireHost({ hostname, hosts }: Pick<AdminPorts, "hostname" | "hosts">) {
  const isAccepted = acceptedHosts(hostname, hosts);
  return createMiddleware<AdminEnv>(async (context, next) => {
    if (isAccepted(hostOf(context.req))) return await next();
    return problem(421, "Host is neither the address of this listener nor one of the names in admin.hosts");
  });
}

/** HTTP/2 names the host in the URL; HTTP/1.0 need not name any, and then Bun has a URL that is none. */
function hostOf(request: HonoRequest): string {
  return request.header("host") ?? (URL.canParse(request.url) ? new URL(request.url).host : "");
}

/** Refuses requests without the token, and after many wrong ones says no more than that there were too many. */
export function requireToken({ token, clock }: Pick<AdminPorts, "token" | "clock">) {
  const judge = bearerToken(token);
  const wrongTokens = new WrongTokens(clock);
  return createMiddleware<AdminEnv>(async (context, next) => {
    const verdict = judge(context.req.header("authorization"));
    if (verdict === "right") return await next();
    if (verdict === "missing") return unauthorized("Authorization is missing, accepted: Bearer and the admin token");
    const wait = wrongTokens.count(context.env.address);
    if (wait === undefined) return unauthorized("Authorization does not bring the admin token");
    return problem(429, "too many wrong tokens came from this address", { fields: { "retry-after": String(wait) } });
  });
}

function unauthorized(detail: string): Response {
  return problem(401, detail, { fields: { "www-authenticate": "Bearer" } });
}
