import { type OriginReply, type OriginRequest, SITE, type Story } from "../story.ts";

/** Stale responses that are better than waiting, or than nothing. */
export const STALE: Story = {
  title: "Stale while revalidating, stale if the origin fails (RFC 5861)",
  about:
    "Where a response has no such directive, `freshness.staleWhileRevalidate` and `freshness.staleIfError` hold. " +
    "`must-revalidate`, `proxy-revalidate`, `s-maxage` and `no-cache` forbid both. To save waiting, the responses " +
    "here are stale from the start: they come with an `Age` beyond their `max-age`.",
  answer({ target, turn }: OriginRequest): OriginReply | "close" {
    if (target === "/front") {
      const fields = { "Cache-Control": "max-age=60, stale-while-revalidate=300" };
      return turn === 1 ? { fields: { ...fields, "Age": "100" }, body: "edition 1" } : { fields, body: "edition 2" };
    }
    if (turn === 4) return { status: 503, body: "overloaded" };
    if (turn > 4) return "close";
    return { fields: { "Cache-Control": "max-age=60, stale-if-error=3600", "Age": "100" }, body: "prices" };
  },
  steps: [
    { say: "The response that is stored is 40 seconds stale.", curl: ["-si", `${SITE}/front`] },
    {
      say: "Inside `stale-while-revalidate` it is delivered at once, and refreshed behind the client's back.",
      curl: ["-si", `${SITE}/front`],
      refreshes: true,
    },
    { say: "The next client gets what the refresh has brought.", curl: ["-si", `${SITE}/front`] },
    { say: "Another response may stand in for an origin that fails.", curl: ["-si", `${SITE}/prices`] },
    {
      say: "The origin answers 503, and the stale response goes out in its place. `fwd-status` tells what the origin " +
        "said.",
      curl: ["-si", `${SITE}/prices`],
    },
    {
      say: "It goes out as well where there is no answer at all. (A GET on a kept connection that is closed without " +
        "an answer is sent once more on a new one, RFC 9110 §9.2.2 and RFC 9112 §9.3.1, so the origin " +
        "gets it twice.)",
      curl: ["-si", `${SITE}/prices`],
    },
    { say: "Without anything stored, the failure is a 502.", curl: ["-si", `${SITE}/stock`] },
  ],
};
