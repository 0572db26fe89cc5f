/** A bare `node:http` server that answers from a map. Run by Node with a port and a size in bytes. */
import { createServer } from "node:http";

const [port, size] = process.argv.slice(2).map(Number);
const pages = new Map([["/page", Buffer.alloc(size!, "x")]]);

const server = createServer((request, response) => {
  const page = pages.get(request.url!);
  if (page === undefined) response.writeHead(404).end();
  else response.writeHead(200, { "Content-Type": "text/plain", "Content-Length": page.length }).end(page);
});
server.keepAliveTimeout = 0;
server.listen(port, "127.0.0.1");
