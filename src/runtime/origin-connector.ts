import type { Socket } from "node:net";
import { buildConnector } from "undici/index.js";
import type { OriginOptions } from "../server/runtime.ts";

/** Code of a connection the origin reset after it was established, in place of `ECONNRESET`. */
const RESET_CODE = "ERR_ORIGIN_RESET";

/** An error of an established connection, with what had been received on it. */
export interface ConnectionError extends Error {
  code?: string;
  /** As in undici's own `SocketError`. */
  socket?: { bytesRead?: number };
}

/**
 * Opens the connections of a pool: HTTP/1.1 only, and a reset is told apart from a regular end.
 *
 * undici takes `ECONNRESET` in a body that ends with the connection for its end. RFC 9112 §8 calls such a body
 * complete only when the connection was closed without error, and a cache would keep half a page. Our listener runs
 * before undici's and gives the error another code, which undici treats as the failure it is.
 */
export function originConnector(options: OriginOptions): buildConnector.connector {
  const connect = buildConnector({
    allowH2: false,
    timeout: options.connectTimeout,
    rejectUnauthorized: options.verifyCertificate,
  });
  return (target, callback) =>
    connect(target, (...result) => {
      if (result[0] === null) markErrors(result[1]);
      callback(...result);
    });
}

function markErrors(socket: Socket): void {
  socket.prependListener("error", (error: ConnectionError) => {
    if (error.code === "ECONNRESET") error.code = RESET_CODE;
    error.socket ??= { bytesRead: socket.bytesRead };
  });
}
