import type { PurgeRequest } from "../../src/invalidation/purge-request.ts";
import type { PurgeAnswer } from "./target.ts";

/** Where the admin API of a `lacquer` listens, and what it wants to hear. */
export interface AdminAccess {
  readonly url: string;
  readonly token: string;
}

const PATIENCE_MS = 15_000;

/** Sends a purge to the admin API. */
export async function purgeByApi({ url, token }: AdminAccess, request: PurgeRequest): Promise<PurgeAnswer> {
  const response = await fetch(`${url}/v1/purge`, {
    method: "POST",
    headers: { "Authorization": `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify(request),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const text = await response.text();
  if (response.status === 429) return { kind: "refused" };
  if (response.status !== 200) throw new Error(`Cannot purge: status ${response.status}: ${text.slice(0, 300)}`);
  const { sequence } = JSON.parse(text) as { sequence?: unknown };
  if (typeof sequence !== "number") throw new Error(`Cannot purge: the answer has no sequence: ${text.slice(0, 300)}`);
  return { kind: "acknowledged", sequence };
}
