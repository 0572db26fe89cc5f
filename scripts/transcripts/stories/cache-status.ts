import { type OriginReply, type OriginRequest, SITE, type Story } from "../story.ts";

/** What the cache tells of itself. */
export const CACHE_STATUS: Story = {
  title: "Cache-Status (RFC 9211)",
  about: "Every response says what became of its request: `hit`, or with `fwd` why the origin was asked, with " +
    "`fwd-status` what it answered and with `stored` whether that was kept; `ttl` is the freshness that is left, in " +
    "seconds.",
  answer: ({ target }: OriginRequest) => REPLIES[target] ?? REPLIES["/"]!,
  steps: [
    { say: "The first request for a URI is a miss, and what comes is stored.", curl: ["-si", `${SITE}/?b=2&a=1`] },
    { say: "The second request is a hit.", curl: ["-si", `${SITE}/?b=2&a=1`] },
    {
      say:
        "`Lacquer-Debug: key` asks for the key. Parameters are sorted (`query.sort`), so another order is the same " +
        "key. Only `trustedProxies` are told, which is loopback by default.",
      curl: ["-si", "-H", "Lacquer-Debug: key", `${SITE}/?a=1&b=2`],
    },
    {
      say: "Where a response was not stored, `detail` says why.",
      curl: ["-si", `${SITE}/login`],
      show: ["Set-Cookie"],
    },
    {
      say:
        "Where the origin is a cache itself, its `Cache-Status` comes first and ours is appended, so that the list " +
        "leads from the origin to the client (RFC 9211 §2).",
      curl: ["-si", `${SITE}/chain`],
    },
    { say: "On a hit, what the other cache said when it was asked is kept.", curl: ["-si", `${SITE}/chain`] },
  ],
};

const REPLIES: Readonly<Record<string, OriginReply>> = {
  "/": { fields: { "Cache-Control": "max-age=600" }, body: "home" },
  "/login": { fields: { "Cache-Control": "max-age=600", "Set-Cookie": "id=7" }, body: "welcome" },
  "/chain": { fields: { "Cache-Control": "max-age=600", "Cache-Status": "inner; hit; ttl=590" }, body: "chain" },
};
