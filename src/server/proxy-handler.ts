import type { CacheEngine } from "../engine/cache-engine.ts";
import { checkCanonical } from "../http/canonical-request.ts";
import { type Refusal, rejection } from "../http/rejection.ts";
import type { Clock } from "../time/clock.ts";
import type { AccessRecord } from "./access-log.ts";
import type { ClientConnection, RequestHandler } from "./runtime.ts";

/** What the handler of a proxy is made of. */
export interface ProxyParts {
  readonly engine: CacheEngine;
  /** Lower-case host names that are answered for; empty for any. */
  readonly hosts: readonly string[];
  readonly clock: Clock;
  readonly onRejected: ((record: AccessRecord) => void) | undefined;
}

/** Answers what a listener receives: requests in canonical form by the engine, all others with a fixed text. */
export function proxyHandler(parts: ProxyParts): RequestHandler {
  const hosts = new Set(parts.hosts);
  return (request, connection) => {
    const verdict = checkCanonical(request, connection);
    if (!verdict.ok) return refuse(verdict, request, connection, parts);
    if (hosts.size > 0 && !hosts.has(hostName(request.url))) return refuse(MISDIRECTED, request, connection, parts);
    return parts.engine.handle(request, { peer: connection });
  };
}

const MISDIRECTED: Refusal = { ok: false, status: 421, reason: "unknown host" };

/** Host of an absolute URL in lower case, without port; an IPv6 address keeps its brackets. */
function hostName(url: string): string {
  const start = url.indexOf("//") + 2;
  const authority = url.slice(start, url.indexOf("/", start));
  return authority.replace(/:[0-9]+$/, "").toLowerCase();
}

function refuse(
  verdict: Refusal,
  request: Request,
  connection: ClientConnection,
  parts: ProxyParts,
): Response {
  parts.onRejected?.({
    method: request.method,
    url: request.url,
    status: verdict.status,
    startedAt: parts.clock.monotonic(),
    wallTime: parts.clock.wallTime(),
    duration: 0,
    outcome: "rejected",
    collapsed: false,
    stored: false,
    bytesSent: 0,
    complete: true,
    clientAddress: connection.address,
    cacheStatus: "",
  });
  return rejection(verdict);
}
