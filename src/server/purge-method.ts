import type { AdminEngine } from "../admin/admin-engine.ts";
import { purgeRefusal } from "../admin/purge-refusal.ts";
import { refusedPage } from "../admin/refused-page.ts";
import type { ClientConnection } from "./runtime.ts";
import { trustedProxies } from "./trusted-proxies.ts";

/** The method PURGE on the address of the proxy, for those who may use it. */
export interface PurgeMethod {
  /** Whether a request is a PURGE of somebody who may; by the address of the connection, whatever the request says. */
  takes(request: Request, connection: ClientConnection): boolean;
  /** Purges the URL of a request, with all its variants; `Soft-Purge: 1` makes it stale only. */
  answer(request: Request, connection: ClientConnection): Promise<Response>;
}

/** @param allow CIDR blocks; with none nobody may. */
export function purgeMethod(engine: Pick<AdminEngine, "purge">, allow: readonly string[]): PurgeMethod {
  const mayPurge = trustedProxies(allow);
  return {
    takes: (request, connection) => request.method === "PURGE" && mayPurge(connection.address),
    async answer(request, connection) {
      if (request.headers.has("origin")) return refusedPage();
      const soft = request.headers.get("soft-purge") === "1";
      try {
        const { sequence } = await engine.purge({ urls: purgedUrls(request, connection.rawTarget), soft });
        return receipt(sequence);
      } catch (error) {
        return purgeRefusal(error);
      }
    },
  };
}

/**
 * The URL byte for byte as it is keyed, for a `Request` escapes some characters that were sent plainly. Under both
 * schemes: who purges seldom says which one the clients of a TLS-terminating proxy use.
 */
function purgedUrls({ url }: Request, rawTarget: string | undefined): string[] {
  const [, authority = "", target = ""] = /^[a-z]+:\/\/([^/]*)(.*)$/.exec(url) ?? [];
  const sent = rawTarget?.startsWith("/") === true ? rawTarget : target;
  return ["http", "https"].map((scheme) => `${scheme}://${authority}${sent}`);
}

function receipt(sequence: number): Response {
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return new Response(`${JSON.stringify({ sequence })}\n`, { headers });
}
