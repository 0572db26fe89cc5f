import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { getRequestListener, type Http2Bindings, type HttpBindings } from "@hono/node-server";
import type { FieldLines } from "../http/field-lines.ts";
import { rawRejection, type RefusalStatus, rejection } from "../http/rejection.ts";
import type { ClientConnection, Listener, ListenerLimits, ListenOptions, RequestHandler } from "../server/runtime.ts";
import { endsConnection } from "./ends-connection.ts";
import { guardHandler } from "./guard-handler.ts";
import { limitBody } from "./limit-body.ts";
import { listenError } from "./listen-error.ts";
import { putHelpersBehind } from "./node-helper-threads.ts";
import { installNodeResponse, needsFaithfulSend } from "./node-response.ts";
import { sendFaithfully } from "./node-send.ts";
import { peerAddress } from "./peer-address.ts";

/** Listens with `node:http`, through the request and response objects of `@hono/node-server`. */
export function listenNode(options: ListenOptions, handler: RequestHandler): Promise<Listener> {
  installNodeResponse();
  putHelpersBehind();
  const server = createNodeServer(options.limits, guardHandler(limitBody(handler, options.limits.maxBodyBytes)));
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(listenError(options, error));
    server.once("error", fail);
    try {
      server.listen({ host: options.hostname, port: options.port }, () => {
        server.off("error", fail);
        resolve(nodeListener(server));
      });
    } catch (error) {
      fail(error);
    }
  });
}

function createNodeServer(limits: ListenerLimits, answer: RequestHandler): Server {
  const listener = requestListener(answer);
  const server = createServer({
    headersTimeout: limits.headerTimeout,
    // A long upload is no fault; one that stops is caught by the idle timeout.
    requestTimeout: 0,
    keepAliveTimeout: limits.idleTimeout,
    connectionsCheckingInterval: Math.max(100, Math.min(1000, limits.headerTimeout / 4)),
    maxHeaderSize: limits.maxHeaderBytes,
    // Node would answer 400 and go on to the next request; the missing Host is refused with the others.
    requireHostHeader: false,
    // Else it would drop all but the first of some, and what is checked would not be what is forwarded.
    joinDuplicateHeaders: true,
  }, listener);
  // Node would answer 417 by itself and read on; it is refused with the others.
  server.on("checkExpectation", listener);
  server.timeout = limits.idleTimeout;
  server.on("clientError", refuseMalformed);
  server.on("connect", (_request: IncomingMessage, socket: Duplex) => socket.end(rawRejection(405)));
  return server;
}

function requestListener(answer: RequestHandler): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  // Node hands over pipelined requests before the first is answered; those behind a refused one are left alone.
  const refused = new WeakSet<Socket>();
  const deliver = (response: Response, { incoming, outgoing }: HttpBindings) => {
    if (endsConnection(response)) refused.add(incoming.socket);
    return needsFaithfulSend(response) ? sendFaithfully(response, outgoing) : response;
  };
  const fetch = (request: Request, bindings: HttpBindings | Http2Bindings) => {
    const http1 = bindings as HttpBindings;
    const response = answer(request, new NodeConnection(http1));
    return response instanceof Promise ? response.then((settled) => deliver(settled, http1)) : deliver(response, http1);
  };
  let current: Socket | undefined;
  // Called at once when the adapter can make no URL of target and Host; handlers are guarded.
  const errorHandler = () => {
    if (current !== undefined) refused.add(current);
    return rejection({ ok: false, status: 400, reason: "target and Host give no URL" });
  };
  const listener = getRequestListener(fetch, { overrideGlobalObjects: false, errorHandler });
  return (incoming, outgoing) => {
    current = incoming.socket;
    // The adapter can make no URL of an asterisk; absolute-form without a path means the same (RFC 9112 §3.2.4).
    if (incoming.url === "*" && incoming.method === "OPTIONS") incoming.url = `http://${incoming.headers.host}`;
    if (!refused.has(current)) void listener(incoming, outgoing);
  };
}

function nodeListener(server: Server): Listener {
  const { address, port } = server.address() as AddressInfo;
  return {
    hostname: address,
    port,
    drain: () => drain(server),
    abort() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A connection kept alive by its last response is idle only afterwards, so idle ones are closed again and again. */
function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearInterval(sweep);
      resolve();
    });
  });
}

class NodeConnection implements ClientConnection {
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;

  constructor({ incoming, outgoing }: HttpBindings) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
  }

  get address(): string {
    return peerAddress(this.#incoming.socket.remoteAddress);
  }

  get rawTarget(): string | undefined {
    return this.#incoming.url;
  }

  get isGone(): boolean {
    return this.#outgoing.destroyed || this.#incoming.socket.destroyed;
  }

  header(name: string): string | null {
    const value = this.#incoming.headers[name];
    return (Array.isArray(value) ? value.join(", ") : value) ?? null; // Set-Cookie alone is an array, whoever sends it
  }

  /** Holds for this request only: Node sets the timeout anew when the next one begins. */
  expectDelay(): void {
    this.#incoming.socket.setTimeout(0);
  }

  /** Behind a pipelined request it waits for its turn. A client that reads too slowly, or speaks HTTP/1.0, gets none. */
  inform(status: number, fields: FieldLines): void {
    const [incoming, outgoing] = [this.#incoming, this.#outgoing];
    if (outgoing.headersSent || outgoing.destroyed || incoming.socket.writableNeedDrain) return;
    if (incoming.httpVersion !== "1.1") return;
    // Node before 26.2 has no way to send just any; flat pairs keep repeated lines apart.
    outgoing.writeInformation?.(status, fields.flat());
  }
}

function refuseMalformed(error: Error & { code?: string }, socket: Duplex): void {
  // Bytes written now would end up inside a response that is under way; `_httpMessage` is how Node itself asks.
  const { _httpMessage: current } = socket as Duplex & { _httpMessage?: ServerResponse | null };
  if (!socket.writable || error.code === "ECONNRESET" || current?.headersSent) {
    socket.destroy();
    return;
  }
  socket.end(rawRejection(refusalStatus(error.code)), () => socket.destroy());
}

function refusalStatus(code: string | undefined): RefusalStatus {
  if (code === "HPE_HEADER_OVERFLOW") return 431;
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
}
