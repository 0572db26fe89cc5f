import type { CacheEngine } from "../engine/cache-engine.ts";
import { checkCanonical } from "../http/canonical-request.ts";
import { parseMaxForwards } from "../http/max-forwards.ts";
import { ALLOWED_METHODS, type Refusal, rejection } from "../http/rejection.ts";
import { authorityOf } from "../http/uri-parts.ts";
import type { Clock } from "../time/clock.ts";
import type { AccessRecord } from "./access-log.ts";
import type { PurgeMethod } from "./purge-method.ts";
import type { RequestHandler } from "./runtime.ts";

/** What the handler of a proxy is made of. */
export interface ProxyParts {
  readonly engine: CacheEngine;
  /** Lower-case host names that are answered for; empty for any. */
  readonly hosts: readonly string[];
  readonly clock: Clock;
  /** Absent where nobody may purge by the method PURGE. */
  readonly purgeMethod?: PurgeMethod;
  /** Told of each request that goes no further than this handler. */
  readonly onRejected: ((record: AccessRecord) => void) | undefined;
}

/** Answers what a listener receives: requests in canonical form by the engine, all others with a fixed text. */
export function proxyHandler(parts: ProxyParts): RequestHandler {
  const hosts = new Set(parts.hosts);
  const answerHere = (response: Response, ...received: Received) => {
    parts.onRejected?.(recordOf(response.status, received, parts.clock));
    return response;
  };
  return (request, connection) => {
    const purging = parts.purgeMethod?.takes(request, connection) === true ? parts.purgeMethod : undefined;
    const verdict = checkCanonical(request, connection, purging && request.method);
    if (!verdict.ok) return answerHere(rejection(verdict), request, connection);
    if (hosts.size > 0 && !hosts.has(hostName(request.url))) {
      return answerHere(rejection(MISDIRECTED), request, connection);
    }
    if (purging !== undefined) {
      return purging.answer(request, connection).then((response) => answerHere(response, request, connection));
    }
    if (request.method === "OPTIONS" && endsHere(request, verdict.serverWide)) {
      return answerHere(allowedMethods(), request, connection);
    }
    return parts.engine.handle(request, { peer: connection });
  };
}

type Received = Parameters<RequestHandler>;

const MISDIRECTED: Refusal = { ok: false, status: 421, reason: "unknown host" };

/** Host of an absolute URL in lower case, without port; an IPv6 address keeps its brackets. */
function hostName(url: string): string {
  return authorityOf(url).replace(/:[0-9]+$/, "").toLowerCase();
}

/** Whether OPTIONS is for this server to answer: it asks about the server, or may go no further (RFC 9110 §7.6.2). */
function endsHere(request: Request, serverWide: boolean): boolean {
  return serverWide || parseMaxForwards(request.headers.get("max-forwards")) === 0;
}

/** Tells what this server takes (RFC 9110 §9.3.7). */
function allowedMethods(): Response {
  return new Response(null, { status: 204, headers: { allow: ALLOWED_METHODS.join(", ") } });
}

function recordOf(status: number, [request, connection]: Received, clock: Clock): AccessRecord {
  return {
    method: request.method,
    url: request.url,
    status,
    startedAt: clock.monotonic(),
    wallTime: clock.wallTime(),
    duration: 0,
    outcome: "rejected",
    collapsed: false,
    stored: false,
    bytesSent: 0,
    complete: true,
    clientAddress: connection.address,
    cacheStatus: "",
  };
}
