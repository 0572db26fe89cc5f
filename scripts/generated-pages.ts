import { measureStaleUse } from "../test/support/stale-measure.ts";
import { renderStalePage, STALE_PAGE } from "../test/support/stale-page.ts";
import { renderTranscripts, TRANSCRIPTS_PAGE } from "./transcripts/transcripts-page.ts";

/** A page that is written from what the code does, and not by hand. */
export interface GeneratedPage {
  readonly path: string;
  /** Its text, as `deno fmt` would leave it. */
  render(): Promise<string>;
}

export const GENERATED_PAGES: readonly GeneratedPage[] = [
  { path: STALE_PAGE, render: async () => renderStalePage(await measureStaleUse()) },
  { path: TRANSCRIPTS_PAGE, render: renderTranscripts },
];
