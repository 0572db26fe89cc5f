import { type OriginReply, type OriginRequest, SITE, type Story } from "../story.ts";

const URL = `${SITE}/manual`;
const SHOWN = ["ETag", "Content-Length"];

/** HEAD keeps what is stored for GET up to date. */
export const HEAD: Story = {
  title: "HEAD that freshens a stored GET (RFC 9111 §4.3.5)",
  about:
    "A fresh stored response answers HEAD too. A HEAD that has to go to the origin brings news of what GET would " +
    "get: the same validators and length make the stored response fresh, others make it stale.",
  answer({ turn }: OriginRequest): OriginReply {
    const tag = { "ETag": turn < 3 ? `"v1"` : `"v2"` };
    const age = turn === 1 ? { "Age": "100" } : undefined;
    return { fields: { ...tag, ...age, "Cache-Control": "max-age=60" }, body: `text ${turn < 3 ? 1 : 2}` };
  },
  steps: [
    { say: "A GET stores a response that is stale from the start.", curl: ["-si", URL], show: SHOWN },
    { say: "So a HEAD goes to the origin, which describes the same representation.", curl: ["-sI", URL], show: SHOWN },
    { say: "Now the stored response is fresh, and a GET is a hit.", curl: ["-si", URL], show: SHOWN },
    { say: "A HEAD is a hit as well.", curl: ["-sI", URL], show: SHOWN },
    {
      say: "`no-cache` sends a HEAD to the origin once more, where there is a new version now.",
      curl: ["-sI", "-H", "Cache-Control: no-cache", URL],
      show: SHOWN,
    },
    { say: "The stored response is stale with that, and a GET fetches the new one.", curl: ["-si", URL], show: SHOWN },
  ],
};
