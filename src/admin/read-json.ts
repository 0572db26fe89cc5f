import { createMiddleware } from "hono/factory";
import type { AdminEnv } from "./admin-ports.ts";
import { problem } from "./problem.ts";

/** Reads the content of a request as JSON text of at most `maxBytes`, for the validator behind it. */
export function readJson(maxBytes: number) {
  return createMiddleware<AdminEnv>(async (context, next) => {
    const mediaType = (context.req.header("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
    if (mediaType !== "application/json") return problem(415, 'Content-Type must be "application/json"');
    const declared = Number(context.req.header("content-length") ?? 0);
    const content = declared > maxBytes ? "too-large" : await readAtMost(context.req.raw.body, maxBytes);
    if (content === "too-large") return problem(413, `the content is over ${maxBytes} bytes`);
    if (content === "broken-off") return problem(400, "the content broke off");
    const text = decodeUtf8(content);
    // What the replacement character stands for could never be purged.
    if (text === undefined) return problem(400, "the content is not UTF-8");
    // Where Hono looks for a body that has been read; another request made of it would cost more than all else here.
    Object.assign(context.req.bodyCache, { text: Promise.resolve(text) });
    return await next();
  });
}

async function readAtMost(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array | "too-large" | "broken-off"> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of body ?? []) {
      size += piece.byteLength;
      if (size > maxBytes) return "too-large"; // which cancels the rest
      pieces.push(piece);
    }
  } catch {
    return "broken-off"; // by the client, who is gone
  }
  return joined(pieces, size);
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.byteLength;
  }
  return bytes;
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined; // the one thing that decoding can fail with
  }
}
