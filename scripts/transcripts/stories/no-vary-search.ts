import { type OriginRequest, SITE, type Story } from "../story.ts";

const VARIANCE = { "No-Vary-Search": `params=("session")` };

/** Queries that differ in what the origin says does not count. */
export const NO_VARY_SEARCH: Story = {
  title: "Parameters that do not count (No-Vary-Search)",
  about: "With `No-Vary-Search` (draft-ietf-httpbis-no-vary-search-05) an origin says which parameters leave its " +
    "response as it is. Unlike `query.ignore` it needs no configuration, and the origin still gets every parameter.",
  answer({ target, turn }: OriginRequest) {
    const variance = turn < 3 ? VARIANCE : undefined;
    return { fields: { "Cache-Control": "max-age=600", ...variance }, body: `made for ${target}` };
  },
  steps: [
    { say: "A first request is stored.", curl: get("page=1&session=a"), show: ["No-Vary-Search"] },
    { say: "Another value of `session` is a hit.", curl: get("page=1&session=b"), show: ["No-Vary-Search"] },
    { say: "`page` counts, so another value is a miss.", curl: get("page=2&session=b"), show: ["No-Vary-Search"] },
    {
      say: "Each stored response is asked itself. Here the first one is fetched anew, and no longer has the field.",
      curl: ["-si", "-H", "Cache-Control: no-cache", `${SITE}/news?page=1&session=a`],
      show: ["No-Vary-Search"],
    },
    { say: "So it does not answer another `session` any more.", curl: get("page=1&session=b") },
  ],
};

function get(query: string): string[] {
  return ["-si", `${SITE}/news?${query}`];
}
