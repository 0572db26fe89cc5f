/** A bare `node:http` server that answers from a map: what a server on this runtime can reach at all. Its argument: a port. */
import { createServer } from "node:http";
import { BODIES } from "./bodies.ts";

createServer((request, response) => {
  const body = BODIES.get(request.url ?? "");
  if (body === undefined) return void response.writeHead(404).end();
  response.writeHead(200, { "Content-Type": "text/plain", "Content-Length": body.length }).end(body);
}).listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 4096 });
