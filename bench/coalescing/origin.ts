/**
 * The origin, a process of its own: literal HTTP/1.1 over TCP, so that it can be cut wherever a plan wants. A second
 * port takes orders from the benchmark (see `origin-handle.ts`); it is written to standard output when all is ready.
 */
import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { answer, type OriginRequest } from "./origin-answer.ts";
import { type PathSeen, type Plan, sharedNow } from "./plan.ts";

interface Counts {
  requests: number;
  readonly connections: Set<Socket>;
  firstByteAt?: number;
}

const plans = new Map<string, Plan>();
const counts = new Map<string, Counts>();
const sockets = new Set<Socket>();
let server: Server | undefined;

const control = createHttpServer((request, response) => {
  obey(request).then(
    (result) => response.end(JSON.stringify(result ?? null)),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
control.listen(0, "127.0.0.1", () => process.stdout.write(`${(control.address() as AddressInfo).port}\n`));

async function obey(request: IncomingMessage): Promise<unknown> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://origin");
  if (pathname === "/stage") return await stage();
  if (pathname === "/close") return close();
  if (pathname === "/seen") return seen(searchParams.get("path") ?? "");
  if (pathname !== "/plan") throw new Error(`Cannot obey "${pathname}": there is no such order`);
  plans.set(searchParams.get("directory") ?? "", JSON.parse(await text(request)));
  return undefined;
}

/** Forgets everything and listens on a new port. */
async function stage(): Promise<number> {
  close();
  plans.clear();
  counts.clear();
  const opened = createServer({ noDelay: true }, accept);
  await new Promise<void>((resolve) => opened.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, resolve));
  server = opened;
  return (opened.address() as AddressInfo).port;
}

/** From now on connections are refused. */
function close(): void {
  server?.close();
  for (const socket of sockets) socket.destroy();
}

function seen(path: string): PathSeen {
  const { requests, connections, firstByteAt } = countsOf(path);
  return { requests, connections: connections.size, ...(firstByteAt === undefined ? {} : { firstByteAt }) };
}

function countsOf(path: string): Counts {
  const found = counts.get(path) ?? { requests: 0, connections: new Set() };
  counts.set(path, found);
  return found;
}

function accept(socket: Socket): void {
  let pending = "";
  sockets.add(socket);
  socket.on("close", () => sockets.delete(socket));
  // Proxies may reset a connection whenever they like; a write that fails tells the answer.
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    pending += chunk.toString("latin1");
    for (let end = pending.indexOf("\r\n\r\n"); end >= 0; end = pending.indexOf("\r\n\r\n")) {
      const head = pending.slice(0, end);
      pending = pending.slice(end + 4);
      void reply(parseHead(head), socket);
    }
  });
}

async function reply(request: OriginRequest, socket: Socket): Promise<void> {
  const found = countsOf(request.path);
  found.requests += 1;
  found.connections.add(socket);
  const plan = plans.get(request.path.split("/")[1] ?? "");
  if (plan === undefined) return void socket.end("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  const isCut = plan.body.kind === "numbered" && found.requests <= plan.body.cuts;
  await answer(plan, request, {
    socket,
    isCut,
    onFirstByte: () => found.firstByteAt ??= sharedNow(),
  });
}

function parseHead(head: string): OriginRequest {
  const [requestLine = "", ...lines] = head.split("\r\n");
  const [, path = "", version = ""] = requestLine.split(" ");
  const fields = new Map(lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  }));
  const keepsAlive = version === "HTTP/1.1" && fields.get("connection")?.toLowerCase() !== "close";
  return { path, fields, takesChunks: version === "HTTP/1.1", keepsAlive };
}
