/** An origin that understands `Range`, `If-Range` and `If-None-Match`, for representations with a strong entity tag. */
import { resolveRangeSpec, singleRangeSpec } from "../../src/http/byte-range.ts";
import { formatContentRange } from "../../src/http/content-range.ts";
import type { OriginRequest, OriginResponse } from "../../src/origin/origin-client.ts";
import { originResponse, type Script } from "./scripted-proxy.ts";

/** What is there at the moment; a test may change it. */
export interface Page {
  body: string;
  etag: string;
  fields: Record<string, string>;
}

/** A page that stays fresh for a minute. */
export function page(body = "0123456789", given: Partial<Page> = {}): Page {
  return { body, etag: '"1"', fields: { "cache-control": "max-age=60", "content-type": "text/plain" }, ...given };
}

/** Value of a field of a request. */
export function sent(request: OriginRequest | undefined, name: string): string | undefined {
  return request?.fields.find(([found]) => found === name)?.[1];
}

/** Answers as RFC 9110 §13.2.2 and §14.2 ask for. */
export function answering(page: Page): Script {
  return (request): OriginResponse => {
    const fields = { ...page.fields, etag: page.etag };
    if (sent(request, "if-none-match")?.split(", ").includes(page.etag)) return originResponse("", fields, 304);
    const condition = sent(request, "if-range");
    const spec = singleRangeSpec(sent(request, "range") ?? "");
    if (spec === undefined || (condition !== undefined && condition !== page.etag)) {
      return originResponse(page.body, fields);
    }
    const { length } = page.body;
    const range = resolveRangeSpec(spec, length);
    if (range === undefined) return originResponse("", { ...fields, "content-range": `bytes */${length}` }, 416);
    const contentRange = formatContentRange(range, length);
    return originResponse(
      page.body.slice(range.first, range.last + 1),
      { ...fields, "content-range": contentRange },
      206,
    );
  };
}
