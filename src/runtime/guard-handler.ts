import process from "node:process";
import type { ClientConnection, RequestHandler } from "../server/runtime.ts";

/**
 * `handler`, with anything it throws turned into a 500 of fixed text. Throwing is a fault of ours, so the error goes to
 * standard error; the client learns nothing from it. A synchronous answer stays synchronous.
 */
export function guardHandler(handler: RequestHandler): RequestHandler {
  return (request: Request, connection: ClientConnection) => {
    try {
      const response = handler(request, connection);
      return response instanceof Promise ? response.catch((error) => afterFailure(request, error)) : response;
    } catch (error) {
      return afterFailure(request, error);
    }
  };
}

function afterFailure(request: Request, error: unknown): Response {
  // A client that is gone makes handlers fail in many ways, and none of them is news; nobody reads this answer.
  return request.signal.aborted ? new Response(null, { status: 500 }) : internalError(error);
}

/** The answer to a request that met a fault of ours, which is told on standard error. */
export function internalError(error: unknown): Response {
  process.stderr.write(`lacquer: unexpected error: ${(error instanceof Error && error.stack) || error}\n`);
  return new Response("Internal Server Error\n", {
    status: 500,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  });
}
