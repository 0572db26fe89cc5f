import { openStage } from "./stage.ts";
import { STORIES } from "./stories.ts";
import { wrap } from "./wrap.ts";

export const TRANSCRIPTS_PAGE = "docs/transcripts.md";

/** What stands before the first story. */
export const OPENING = [
  "# What curl sees",
  wrap(
    "The less known features of Lacquer, one after the other, as `curl` shows them. Every block is the command, " +
      "and of its output the status line, the fields that matter and the body. Below it stands what the origin got " +
      "and sent in that step. The proxy is `npm start -- --origin URL` without a configuration.",
  ),
  wrap(
    "`npm run docs` writes this page by running the commands, and `npm test` runs them on Bun, Deno and Node and " +
      "fails when an answer differs from the page. Only ages and lifetimes may be a few seconds off. The boundary " +
      "of a multipart body, which is random, is written `BOUNDARY`, and a field that comes in several lines is " +
      "written in one (RFC 9110 §5.3).",
  ),
].join("\n\n");

/** The page played anew. Only Node can play all of it. */
export async function renderTranscripts(): Promise<string> {
  const stage = await openStage();
  const sections: string[] = [];
  try {
    for (const story of STORIES) sections.push(await stage.play(story));
  } finally {
    await stage.close();
  }
  return [OPENING, ...sections].join("\n\n") + "\n";
}
