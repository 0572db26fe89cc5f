/** A bare `Deno.serve` that answers from a map: what a server on this runtime can reach at all. Its argument: a port. */
import { BODIES } from "./bodies.ts";

const FIELDS = { "Content-Type": "text/plain" };

Deno.serve({ port: Number(Deno.args[0]), hostname: "127.0.0.1", onListen: () => {} }, (request) => {
  const body = BODIES.get(request.url.slice(request.url.indexOf("/", 8))) as Uint8Array<ArrayBuffer> | undefined;
  return body === undefined ? new Response(null, { status: 404 }) : new Response(body, { headers: FIELDS });
});
