import http from "node:http";
import type { ClientConnection, Listener, ListenerLimits, ListenOptions, RequestHandler } from "../server/runtime.ts";
import { guardHandler, internalError } from "./guard-handler.ts";
import { listenError } from "./listen-error.ts";
import { peerAddress } from "./peer-address.ts";
import { watchBody } from "./watch-body.ts";

type BunServer = Bun.Server<undefined>;
type Answer = (request: Request, server: BunServer) => Response | Promise<Response>;

/** The longest idle timeout that Bun knows. */
const LONGEST_IDLE_SECONDS = 255;

/** Listens with `Bun.serve`. */
export function listenBun(options: ListenOptions, handler: RequestHandler): Promise<Listener> {
  // Bun.serve has no option for it; this setting of its node:http is the one its HTTP parser reads, for the process.
  (http as { maxHeaderSize: number }).maxHeaderSize = options.limits.maxHeaderBytes;
  try {
    const server = Bun.serve({
      hostname: options.hostname,
      port: options.port,
      development: false,
      // Said because `development: false` turns it on, and a port in use would then be no error.
      reusePort: false,
      idleTimeout: idleSeconds(options.limits),
      maxRequestBodySize: options.limits.maxBodyBytes,
      fetch: answerWith(guardHandler(handler), idleSeconds(options.limits)),
      error: internalError,
    });
    return Promise.resolve(bunListener(server));
  } catch (error) {
    return Promise.reject(listenError(options, error));
  }
}

function idleSeconds(limits: ListenerLimits): number {
  return Math.min(LONGEST_IDLE_SECONDS, Math.ceil(limits.idleTimeout / 1000));
}

function answerWith(handler: RequestHandler, idle: number): Answer {
  return (request, server) => {
    const connection = new BunConnection(request, server);
    // Bytes received do not restart Bun's idle timeout, so a steady upload would be cut; reading them has to.
    const watched = request.method === "GET" || request.method === "HEAD"
      ? request
      : watchBody(request, () => connection.keepAlive(idle));
    const response = handler(watched, connection);
    return response instanceof Promise ? response.finally(() => connection.answered()) : response;
  };
}

function bunListener(server: BunServer): Listener {
  return {
    hostname: server.hostname ?? "",
    port: server.port ?? 0,
    drain: () => server.stop(false),
    abort: () => void server.stop(true),
  };
}

/** Asks Bun only for what is read, because most requests read nothing of it. */
class BunConnection implements ClientConnection {
  readonly #request: Request;
  readonly #server: BunServer;
  #delayed = false;

  constructor(request: Request, server: BunServer) {
    this.#request = request;
    this.#server = server;
  }

  get address(): string {
    return peerAddress(this.#server.requestIP(this.#request)?.address);
  }

  expectDelay(): void {
    this.#delayed = true;
    this.#server.timeout(this.#request, 0);
  }

  /** Starts the idle timeout again, unless it was lifted. */
  keepAlive(idle: number): void {
    if (!this.#delayed) this.#server.timeout(this.#request, idle);
  }

  /** A lifted timeout stays lifted until the next request on the connection, which may never come. */
  answered(): void {
    if (this.#delayed) this.#server.timeout(this.#request, LONGEST_IDLE_SECONDS);
  }
}
