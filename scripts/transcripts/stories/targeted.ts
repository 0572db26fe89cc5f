import { type OriginReply, type OriginRequest, SITE, type Story } from "../story.ts";

const SHOWN = ["Cache-Control", "CDN-Cache-Control", "Lacquer-Cache-Control"];

/** Fields that are only for caches like this one. */
export const TARGETED: Story = {
  title: "Instructions for this cache alone (RFC 9213)",
  about:
    "The first of `Lacquer-Cache-Control` and `CDN-Cache-Control` (`targetedControl`) that is valid and not empty " +
    "governs, and then `Cache-Control` and `Expires` count for nothing here. Browsers still get `Cache-Control`.",
  answer: ({ target }: OriginRequest) => REPLIES[target] ?? { status: 404 },
  steps: [
    {
      say: "`CDN-Cache-Control` wins: the response is stored for 600 seconds, which `no-store` alone would forbid.",
      curl: ["-si", `${SITE}/shared`],
      show: SHOWN,
    },
    { say: "It is a hit, and browsers are still told not to store it.", curl: ["-si", `${SITE}/shared`], show: SHOWN },
    {
      say: "`Lacquer-Cache-Control` wins over both, and is not sent on (`hiddenFields`).",
      curl: ["-si", `${SITE}/own`],
      show: SHOWN,
    },
    {
      say:
        "Targeted fields are Structured Fields (RFC 9651). One that cannot be parsed is ignored whole, the readable " +
        "`max-age=600` at its beginning included, and `Cache-Control` governs.",
      curl: ["-si", `${SITE}/broken`],
      show: SHOWN,
    },
  ],
};

const REPLIES: Readonly<Record<string, OriginReply>> = {
  "/shared": { fields: { "Cache-Control": "no-store", "CDN-Cache-Control": "max-age=600" }, body: "shared" },
  "/own": {
    fields: {
      "Cache-Control": "no-store",
      "CDN-Cache-Control": "max-age=600",
      "Lacquer-Cache-Control": "max-age=3600",
    },
    body: "own",
  },
  "/broken": { fields: { "Cache-Control": "max-age=30", "CDN-Cache-Control": "max-age=600, =" }, body: "broken" },
};
