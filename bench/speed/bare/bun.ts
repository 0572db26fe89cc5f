/** A bare `Bun.serve` that answers from a map: what a server on this runtime can reach at all. Its argument: a port. */
import { BODIES } from "./bodies.ts";

const FIELDS = { "Content-Type": "text/plain" };
const blobs = new Map([...BODIES].map(([path, body]) => [path, new Blob([body as Uint8Array<ArrayBuffer>])]));

Bun.serve({
  port: Number(Bun.argv[2]),
  hostname: "127.0.0.1",
  fetch(request): Response {
    const body = blobs.get(request.url.slice(request.url.indexOf("/", 8)));
    return body === undefined ? new Response(null, { status: 404 }) : new Response(body, { headers: FIELDS });
  },
});
