/**
 * The content of a QUERY as a part of its key (RFC 10008): two requests are the same only if they ask the same URI the
 * same thing, in the same format. The content is read in full before the lookup; what is too large to be read is
 * passed on as it comes.
 */
import { isEndToEnd } from "../http/hop-by-hop.ts";
import { joinBytes } from "../storage/complete-body.ts";

/** What a QUERY asks, read in full. */
export interface QueryContent {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The metadata that gives the bytes their meaning. */
  readonly type: string;
  readonly coding: string;
  readonly language: string;
  /** SHA-256 of the bytes, in hexadecimal. */
  readonly digest: string;
}

/** The content of a request or, where it was too large to be read in full, a stream of all of it. */
export type ReadContent = { readonly content: QueryContent } | { readonly unread: ReadableStream<Uint8Array> };

/** No URI holds a line break, so no key of a QUERY is the key of anything else. */
const SEPARATOR = "\n";

/** Primary key of a QUERY: the URI, and all that decides what is asked of it. */
export function contentKey(uri: string, { type, coding, language, digest }: QueryContent): string {
  return [uri, type, coding, language, digest].join(SEPARATOR);
}

/**
 * Reads the content of a request up to `limit` bytes.
 *
 * @throws what the stream of the body fails with.
 */
export async function readContent(request: Request, limit: number): Promise<ReadContent> {
  const chunks: Uint8Array[] = [];
  const reader = request.body?.getReader();
  let size = 0;
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.byteLength;
    if (size > limit) return { unread: continued(chunks, reader) };
  }
  return { content: await describe(joinBytes(chunks), request.headers) };
}

async function describe(bytes: Uint8Array<ArrayBuffer>, headers: Headers): Promise<QueryContent> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  // What does not reach the origin has no part in what its answer is about.
  const forwarded = (name: string) => isEndToEnd(name, headers.get("connection")) ? headers.get(name) ?? "" : "";
  return {
    bytes,
    type: forwarded("content-type"),
    coding: forwarded("content-encoding"),
    language: forwarded("content-language"),
    digest: Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join(""),
  };
}

/** What was read already, then the rest. */
function continued(
  chunks: readonly Uint8Array[],
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  const read = [...chunks];
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = read.shift();
      if (chunk !== undefined) return controller.enqueue(chunk);
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}
