import { rejection } from "../http/rejection.ts";
import type { ClientConnection, RequestHandler } from "../server/runtime.ts";
import { watchBody } from "./watch-body.ts";

/**
 * `handler` behind a limit on the request body, for runtimes whose listener has none. A declared length above it is
 * answered with 413 at once; a chunked body that grows past it fails, and the answer is 413 if none was given yet.
 */
export function limitBody(handler: RequestHandler, maxBytes: number): RequestHandler {
  return (request: Request, connection: ClientConnection) => {
    // These two have no body on any of the runtimes.
    if (request.method === "GET" || request.method === "HEAD") return handler(request, connection);
    const declared = request.headers.get("content-length");
    if (declared === null) return handleCounted(request, connection, { handler, maxBytes });
    return Number(declared) > maxBytes ? contentTooLarge() : handler(request, connection);
  };
}

interface CountedHandling {
  readonly handler: RequestHandler;
  readonly maxBytes: number;
}

/** Stays synchronous when the handler does: a refusal must be known before the listener reads on. */
function handleCounted(
  request: Request,
  connection: ClientConnection,
  options: CountedHandling,
): ReturnType<RequestHandler> {
  let seen = 0;
  const counted = watchBody(request, (bytes) => {
    seen += bytes;
    if (seen > options.maxBytes) throw new RangeError(`Cannot read request body: it is over ${options.maxBytes} bytes`);
  });
  const response = options.handler(counted, connection);
  if (!(response instanceof Promise)) return response;
  const settle = (settled: Response) => (seen > options.maxBytes ? contentTooLarge() : settled);
  return response.then(settle, (error) => {
    if (seen > options.maxBytes) return contentTooLarge();
    throw error;
  });
}

function contentTooLarge(): Response {
  return rejection({ ok: false, status: 413, reason: "the request body is too large" });
}
