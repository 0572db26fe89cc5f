import { type OriginRequest, SITE, type Story } from "../story.ts";

const URL = `${SITE}/search`;
const JSON_TYPE = ["-H", "Content-Type: application/json"];

/** QUERY is cached by what it asks. */
export const QUERY: Story = {
  title: "QUERY, cached by its content (RFC 10008)",
  about: "QUERY is safe like GET and has content like POST. The key is the URI together with the content, " +
    "`Content-Type`, `Content-Encoding` and `Content-Language`. Content of more than 64 KiB (`limits.queryContent`) " +
    "is passed on and not stored.",
  answer({ method, body }: OriginRequest) {
    if (method === "POST") return { status: 204 };
    return { fields: { "Cache-Control": "max-age=600" }, body: `found for ${body}` };
  },
  steps: [
    { say: "A first QUERY goes to the origin and is stored.", curl: ask(`{"city":"Oslo"}`) },
    { say: "The same content is a hit.", curl: ask(`{"city":"Oslo"}`) },
    { say: "Other content at the same URI is another question.", curl: ask(`{"city":"Rome"}`) },
    {
      say: "A POST that succeeds invalidates what is stored for its URI, the answers to all its QUERYs included " +
        "(RFC 9111 §4.4).",
      curl: ["-si", "-X", "POST", ...JSON_TYPE, "-d", `{"add":"Bergen"}`, URL],
    },
    { say: "The origin is asked again.", curl: ask(`{"city":"Oslo"}`) },
  ],
};

function ask(content: string): string[] {
  return ["-si", "-X", "QUERY", ...JSON_TYPE, "-d", content, URL];
}
