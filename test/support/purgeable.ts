// The whole proxy with its admin listener as its own process, before an origin that a test can hold.
import { type AdminAccess, purgeByApi } from "../../bench/purge-check/admin-api.ts";
import type { PurgeRequest } from "../../src/invalidation/purge-request.ts";
import { GatedOrigin } from "./gated-origin.ts";
import { get, proxied } from "./proxied.ts";
import { exchange, header, type RawResponse } from "./raw-client.ts";

/** A running proxy that can be purged. */
export interface Purgeable {
  readonly port: number;
  readonly origin: GatedOrigin;
  readonly admin: AdminAccess;
  /** A GET on a connection of its own. */
  get(target: string, lines?: readonly string[]): Promise<RawResponse>;
  /** Resolves once the purge is acknowledged. */
  purge(request: PurgeRequest): Promise<void>;
  /** Waits until so many requests wait for the fetch of another. */
  waiters(count: number): Promise<void>;
  /** Waits until nothing is fetched any more. */
  landed(): Promise<void>;
}

const TOKEN = "token-of-the-test";

/** Runs `task` with a proxy, and stops it afterwards. */
export async function purgeable(task: (purgeable: Purgeable) => Promise<void>): Promise<void> {
  const origin = new GatedOrigin();
  await proxied(origin.handle, async ({ port, process }) => {
    const url = (await process.prints(/^lacquer admin listening on (http:\/\/\S+)/m))[1] ?? "";
    const admin = { url, token: TOKEN };
    await task({
      port,
      origin,
      admin,
      get: async (target, lines = []) => {
        const response = await exchange(port, get(target, lines));
        if (response === undefined) throw new Error(`Cannot get "${target}": the connection was closed`);
        return response;
      },
      purge: async (request) => {
        const answer = await purgeByApi(admin, request);
        if (answer.kind !== "acknowledged") throw new Error(`Cannot purge ${JSON.stringify(request)}: ${answer.kind}`);
      },
      waiters: (count) => seen(admin, ({ waitersNow }) => waitersNow === count),
      landed: () => seen(admin, ({ flightsNow }) => flightsNow === 0),
    });
  }, { flags: ["--admin", "127.0.0.1:0"], env: { LACQUER_ADMIN_TOKEN: TOKEN } });
}

/** Whether a response came from what was stored, without a word to the origin. */
export function isHit(response: RawResponse): boolean {
  return /^lacquer; hit\b/.test(header(response, "cache-status") ?? "");
}

interface Coalescing {
  readonly waitersNow: number;
  readonly flightsNow: number;
}

/** Asks for the statistics until they are so, and fails after five seconds. */
async function seen({ url, token }: AdminAccess, isSo: (coalescing: Coalescing) => boolean): Promise<void> {
  const deadline = performance.now() + 5000;
  for (;;) {
    const response = await fetch(`${url}/v1/stats`, { headers: { Authorization: `Bearer ${token}` } });
    const { coalescing } = await response.json() as { coalescing: Coalescing };
    if (isSo(coalescing)) return;
    if (performance.now() > deadline) throw new Error(`Cannot wait any longer: ${JSON.stringify(coalescing)}`);
  }
}
