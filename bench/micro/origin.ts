import type { FieldLines } from "../../src/http/field-lines.ts";
import type { OriginClient, OriginRequest, OriginResponse } from "../../src/origin/origin-client.ts";

export interface OriginOptions {
  readonly bytes: number;
  /** Beside those that every response has; they take the place of those of the same name. */
  readonly fields?: Readonly<Record<string, string>>;
}

const COMMON_FIELDS: Readonly<Record<string, string>> = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "public, max-age=86400",
  etag: '"5f3c-62ab9d"',
  "last-modified": "Sat, 01 Feb 2025 10:00:00 GMT",
  server: "bench",
};

/** An origin in this process that answers at once, with a body that comes in one piece. */
export function promptOrigin({ bytes, fields = {} }: OriginOptions): OriginClient {
  const body = new Uint8Array(bytes).fill(120);
  const lines: FieldLines = Object.entries({ ...COMMON_FIELDS, ...fields, "content-length": String(bytes) });
  return {
    fetch: (_request: OriginRequest): Promise<OriginResponse> =>
      Promise.resolve({ status: 200, fields: lines, body: onePiece(body), framing: "length", origin: "bench" }),
    close: () => Promise.resolve(),
  };
}

function onePiece(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}
