import { Pool } from "undici/index.js";
import type { OriginClient, OriginRequest, OriginResponse } from "../origin/origin-client.ts";
import { isRepeatable } from "../origin/repeatable.ts";
import type { OriginOptions } from "../server/runtime.ts";
import { type MonotonicMs, systemClock } from "../time/clock.ts";
import { originConnector } from "./origin-connector.ts";
import { OriginExchange } from "./origin-exchange.ts";

/** Largest response header section taken, in bytes. */
const MAX_HEADER_BYTES = 65_536;

/** How long an idle connection is kept when the origin does not say. Shorter than the 5 s common in servers. */
const KEEP_ALIVE_MS = 4_000;

/** How long it is kept at most, whatever the origin's `Keep-Alive` promises. */
const KEEP_ALIVE_MAX_MS = 60_000;

/**
 * A pool of HTTP/1.1 connections to one origin server.
 *
 * A request leaves once. The exception is the race RFC 9110 §9.2.2 and RFC 9112 §9.3.1 describe: a safe request
 * without body that went out on a kept connection just as the origin closed it is sent again, once, on a new one.
 *
 * @throws {TypeError} when `undici` is not the real package.
 */
export function connectOrigin(options: OriginOptions): OriginClient {
  assertUndici(Pool);
  return new PooledOrigin(options);
}

class PooledOrigin implements OriginClient {
  readonly #options: OriginOptions;
  readonly #pool: Pool;
  /** Connections that serve one request each; made for the first race lost. */
  #freshPool: Pool | undefined;
  #closing: Promise<unknown> | undefined;

  constructor(options: OriginOptions) {
    this.#options = options;
    this.#pool = openPool(options);
  }

  async fetch(request: OriginRequest): Promise<OriginResponse> {
    const totalAt = this.#totalAt();
    const exchange = new OriginExchange(request, this.#options, totalAt);
    exchange.start(this.#pool, false);
    try {
      return await exchange.response;
    } catch (error) {
      if (!exchange.lostRace || !isRepeatable(request)) throw error;
    }
    this.#freshPool ??= openPool(this.#options);
    const second = new OriginExchange(request, this.#options, totalAt);
    second.start(this.#freshPool, true);
    return await second.response;
  }

  async close(): Promise<void> {
    // undici rejects a second call.
    this.#closing ??= Promise.all([this.#pool.close(), this.#freshPool?.close()]);
    await this.#closing;
  }

  #totalAt(): MonotonicMs {
    const { totalTimeout } = this.#options;
    return totalTimeout > 0 ? systemClock.monotonic() + totalTimeout : Infinity;
  }
}

function openPool(options: OriginOptions): Pool {
  return new Pool(options.url, {
    connect: originConnector(options),
    connections: options.maxConnections,
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

/** Bun answers `undici` with a stand-in over its own `fetch`, which decodes bodies and has no `dispatch`. */
function assertUndici(pool: { readonly prototype: { readonly dispatch?: unknown } }): void {
  if (typeof pool.prototype.dispatch === "function") return;
  throw new TypeError(
    'Cannot connect to an origin: "undici/index.js" is not the undici package, but a stand-in of the runtime',
  );
}
