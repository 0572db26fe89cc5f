import type { OriginRequest } from "../../src/origin/origin-client.ts";

/** A GET of the root of `site.example`, with these parts in place of its own. */
export function originRequest(parts: Partial<OriginRequest> = {}): OriginRequest {
  return {
    method: "GET",
    url: "http://site.example/",
    host: "site.example",
    target: "/",
    fields: [],
    body: null,
    signal: new AbortController().signal,
    ...parts,
  };
}
