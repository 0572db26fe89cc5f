/** What tests of purging share: pages that can be purged, ways to do so, and which of them are hits. */
import type { PurgeRequest } from "../../src/invalidation/purge-request.ts";
import { originResponse, type ScriptedProxy, settled } from "./scripted-proxy.ts";

/** Response fields of a page. */
export type Fields = Readonly<Record<string, string>>;

export const FRESH = { "cache-control": "max-age=60" };

/** What `WAYS` purge, with their tag. */
export const PAGE = "http://example.org/blog/one";
export const TAGGED = { ...FRESH, "surrogate-key": "t" };

/** All ways to purge `PAGE`; by ban where its entity tag is "v1". */
export const WAYS: readonly PurgeRequest[] = [
  { urls: [PAGE] },
  { tags: ["t"] },
  { prefixes: ["/blog/"] },
  { hosts: ["example.org"] },
  { bans: [{ where: [{ field: "header", name: "etag", equals: '"v1"' }] }] },
  { all: true },
];

/** An origin that counts its answers, with fields for each path. */
export function counting(proxy: ScriptedProxy, fields: Readonly<Record<string, Fields>> = {}): void {
  let count = 0;
  proxy.origin.respond(({ target }) => originResponse(`v${++count}`, { ...FRESH, ...fields[target] }));
}

/** Which of these paths are hits; the others are fetched. */
export async function hits(proxy: ScriptedProxy, paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const response = await proxy.get(path);
    await response.text();
    if (response.headers.get("cache-status")?.includes("; hit")) found.push(path);
  }
  await settled();
  return found;
}
