import { SITE, type Story } from "../story.ts";

/** Interim responses go on to the client. */
export const EARLY_HINTS: Story = {
  title: "103 Early Hints, on Node only (RFC 8297)",
  about: "Interim responses of the origin go on to the client at once. Only Node (26.2 and later) can send them: the " +
    "servers of Bun and Deno have no way to, so there they are dropped and the final response is the same.",
  informs: true,
  answer: () => ({
    hints: "</style.css>; rel=preload; as=style",
    fields: { "Cache-Control": "max-age=600" },
    body: "page",
  }),
  steps: [
    { say: "The hint comes before the response.", curl: ["-si", `${SITE}/hinted`], show: ["Link"] },
    { say: "It is not stored, so a hit comes without it.", curl: ["-si", `${SITE}/hinted`], show: ["Link"] },
  ],
};
