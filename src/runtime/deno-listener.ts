import type { ClientConnection, Listener, ListenOptions, RequestHandler } from "../server/runtime.ts";
import { endsConnection } from "./ends-connection.ts";
import { guardHandler } from "./guard-handler.ts";
import { limitBody } from "./limit-body.ts";
import { listenError } from "./listen-error.ts";
import { peerAddress } from "./peer-address.ts";

/** Listens with `Deno.serve`. */
export function listenDeno(options: ListenOptions, handler: RequestHandler): Promise<Listener> {
  const answer = guardHandler(limitBody(handler, options.limits.maxBodyBytes));
  const stop = new AbortController();
  try {
    const server = Deno.serve({
      hostname: options.hostname,
      port: options.port,
      signal: stop.signal,
      onListen: () => {},
      // Only broken response bodies come here, for handlers are guarded, and by then the response has begun.
      onError: () => new Response(null, { status: 500 }),
    }, (request, info) => {
      const response = answer(request, new DenoConnection(info));
      return response instanceof Promise ? response.then(endConnection) : endConnection(response);
    });
    return Promise.resolve(denoListener(server, stop));
  } catch (error) {
    return Promise.reject(listenError(options, error));
  }
}

/**
 * Deno sends `Connection: close` and keeps the connection open. Where the bytes that follow may be part of what was
 * refused they must not be read as a request, and the one way to end the connection is to break off the body.
 */
function endConnection(response: Response): Response {
  const { status } = response;
  if ((status !== 400 && status !== 501) || !endsConnection(response)) return response;
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return new Response(breakOff(response.body), { status, headers });
}

function breakOff(body: ReadableStream<Uint8Array> | null): ReadableStream<Uint8Array> {
  const cut = new TransformStream<Uint8Array, Uint8Array>({
    flush: (controller) => controller.error(new Error("Cannot keep connection: the request was refused")),
  });
  return (body ?? new Blob([]).stream()).pipeThrough(cut);
}

function denoListener(server: Deno.HttpServer<Deno.NetAddr>, stop: AbortController): Listener {
  let draining: Promise<void> | undefined;
  return {
    hostname: server.addr.hostname,
    port: server.addr.port,
    drain: () => draining ??= server.shutdown(),
    abort() {
      // Once it shuts down a Deno server can no longer be aborted (it throws BadResource): the process has to end.
      if (draining === undefined) stop.abort();
    },
  };
}

class DenoConnection implements ClientConnection {
  readonly #info: Deno.ServeHandlerInfo<Deno.NetAddr>;

  constructor(info: Deno.ServeHandlerInfo<Deno.NetAddr>) {
    this.#info = info;
  }

  get address(): string {
    return peerAddress(this.#info.remoteAddr.hostname);
  }

  /** Nothing to lift: `Deno.serve` closes no connection for being slow. */
  expectDelay(): void {}
}
