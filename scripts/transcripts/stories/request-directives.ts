import { type OriginReply, type OriginRequest, SITE, type Story } from "../story.ts";

const TAG = { "ETag": `"v1"` };

/** What clients ask of the cache. */
export const REQUEST_DIRECTIVES: Story = {
  title: "Cache-Control in requests (RFC 9111 §5.2.1)",
  about:
    "Directives of clients are obeyed when the peer is one of `trustedProxies`, which is loopback by default and so " +
    "the `curl` on this page. From anybody else they are ignored, for they would let everybody make the origin work.",
  answer({ target, field }: OriginRequest): OriginReply {
    if (target === "/old") return { fields: { ...TAG, "Cache-Control": "max-age=60", "Age": "100" }, body: "old" };
    const fields = { ...TAG, "Cache-Control": "max-age=600" };
    return field("if-none-match") === TAG.ETag ? { status: 304, fields } : { fields, body: "report" };
  },
  steps: [
    {
      say: "`only-if-cached` never asks the origin: where nothing is stored, it is a 504.",
      curl: get("/report", "only-if-cached"),
    },
    { say: "A request without a directive stores the response.", curl: get("/report") },
    { say: "Now `only-if-cached` gets it.", curl: get("/report", "only-if-cached") },
    {
      say: "`no-cache` makes the origin confirm what is stored, fresh as it is. `fwd=request` says that the client " +
        "wanted it.",
      curl: get("/report", "no-cache"),
    },
    {
      say: "This response has come to us with an age of 100 seconds, and so is 40 seconds stale from the start.",
      curl: get("/old"),
    },
    {
      say: "`max-stale=300` accepts that much, so it is delivered without asking. The negative `ttl` tells how stale " +
        "it is.",
      curl: get("/old", "max-stale=300"),
    },
    { say: "`max-stale=10` does not, so the origin is asked.", curl: get("/old", "max-stale=10") },
  ],
};

function get(path: string, directive?: string): string[] {
  const field = directive === undefined ? [] : ["-H", `Cache-Control: ${directive}`];
  return ["-si", ...field, SITE + path];
}
