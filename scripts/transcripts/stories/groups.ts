import { type OriginReply, type OriginRequest, SITE, type Story } from "../story.ts";

const SHOWN = ["Cache-Groups", "Cache-Group-Invalidation"];

/** Invalidation of what belongs together. */
export const GROUPS: Story = {
  title: "Groups that are invalidated together (RFC 9875)",
  about: "An origin puts responses into groups, and the answer to an unsafe request names the groups that it made " +
    "untrue. Groups are those of one origin (scheme, host and port), and need no purge interface.",
  answer({ method, target }: OriginRequest): OriginReply {
    if (method === "POST") return { status: 204, fields: { "Cache-Group-Invalidation": `"prices"` } };
    const group = target === "/about" ? undefined : { "Cache-Groups": `"prices"` };
    return { fields: { "Cache-Control": "max-age=600", ...group }, body: `page ${target}` };
  },
  steps: [
    { say: "A first member of the group is stored.", curl: ["-si", `${SITE}/list`], show: SHOWN },
    { say: "A second member is stored.", curl: ["-si", `${SITE}/item/1`], show: SHOWN },
    { say: "A response outside the group is stored as well.", curl: ["-si", `${SITE}/about`], show: SHOWN },
    {
      say: "The answer to a POST elsewhere invalidates the group.",
      curl: ["-si", "-d", "price=7", `${SITE}/change`],
      show: SHOWN,
    },
    {
      say: "The first member is fetched anew. Nothing of it is stored any more.",
      curl: ["-si", `${SITE}/list`],
      show: SHOWN,
    },
    { say: "The second member is fetched anew too.", curl: ["-si", `${SITE}/item/1`], show: SHOWN },
    { say: "What is outside the group is still a hit.", curl: ["-si", `${SITE}/about`], show: SHOWN },
  ],
};
