/** An engine with an origin that says what a test tells it to, and a clock turned by hand. */
import { CacheEngine } from "../../src/engine/cache-engine.ts";
import type { EngineOptions } from "../../src/engine/engine-options.ts";
import type { Exchange } from "../../src/engine/exchange.ts";
import type { RequestPeer } from "../../src/engine/cache-request.ts";
import type { FieldLine } from "../../src/http/field-lines.ts";
import type { BodyFraming, OriginClient, OriginRequest, OriginResponse } from "../../src/origin/origin-client.ts";
import { OriginError, type OriginFailure } from "../../src/origin/origin-error.ts";
import { ManualClock } from "./manual-clock.ts";

/** Answers one request of the engine. */
export type Script = (request: OriginRequest) => OriginResponse | Promise<OriginResponse>;

type Fields = Readonly<Record<string, string>>;

/** An origin that answers from a queue of scripts; the last one answers all later requests too, until one is queued. */
export class ScriptedOrigin implements OriginClient {
  readonly requests: OriginRequest[] = [];
  readonly #scripts: Script[] = [];
  #latest: Script | undefined;

  /** Queues a complete response. */
  reply(body: string, fields: Fields = {}, status = 200): this {
    return this.respond(() => originResponse(body, fields, status));
  }

  /** Queues a failure before any response header. */
  fail(failure: OriginFailure): this {
    return this.respond(() => {
      throw new OriginError("scripted", failure);
    });
  }

  respond(script: Script): this {
    this.#scripts.push(script);
    return this;
  }

  // deno-lint-ignore require-await -- a script that throws has to become a rejection
  async fetch(request: OriginRequest): Promise<OriginResponse> {
    this.requests.push(request);
    const script = this.#latest = this.#scripts.shift() ?? this.#latest;
    if (script === undefined) throw new Error("Cannot answer: the test queued no reply");
    return script(request);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Value of a field of the latest request. */
  lastField(name: string): string | undefined {
    return this.requests.at(-1)?.fields.find(([found]) => found === name)?.[1];
  }
}

/** A response whose whole body arrives at once. */
export function originResponse(body: string, fields: Fields = {}, status = 200): OriginResponse {
  const bytes = new TextEncoder().encode(body);
  const bodiless = status === 204 || status === 304;
  return {
    status,
    fields: [...Object.entries(fields) as FieldLine[], ["content-length", String(bytes.byteLength)]],
    body: bodiless ? null : new Response(bytes).body,
    framing: bodiless ? "none" : "length",
    origin: "scripted",
  };
}

/** A response whose body the test feeds. */
export interface OpenResponse {
  readonly response: OriginResponse;
  send(text: string): void;
  end(): void;
  fail(): void;
  /** Whether the engine gave up reading. */
  readonly cancelled: boolean;
}

export function openResponse(fields: Fields, framing: BodyFraming = "chunked", status = 200): OpenResponse {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start(own) {
      controller = own;
    },
    cancel() {
      cancelled = true;
    },
  });
  const lines = Object.entries(fields) as FieldLine[];
  return {
    response: { status, fields: lines, body, framing, origin: "scripted" },
    send: (text) => controller.enqueue(new TextEncoder().encode(text)),
    end: () => controller.close(),
    fail: () => controller.error(new OriginError("scripted", "truncated")),
    get cancelled() {
      return cancelled;
    },
  };
}

/** A point that a test lets others pass. */
export function barrier(): { readonly passed: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: resolve };
}

/** What a request of a test may carry. */
export interface Ask {
  readonly method?: string;
  readonly headers?: Fields;
  readonly body?: string;
  readonly peer?: RequestPeer;
}

export interface ScriptedProxy {
  readonly engine: CacheEngine;
  readonly origin: ScriptedOrigin;
  readonly clock: ManualClock;
  /** Finished exchanges, in order. */
  readonly exchanges: Exchange[];
  get(path: string, ask?: Ask): Promise<Response>;
  getText(path: string, ask?: Ask): Promise<string>;
}

export function startProxy(options: Partial<EngineOptions> = {}): ScriptedProxy {
  const origin = new ScriptedOrigin();
  const clock = new ManualClock();
  const exchanges: Exchange[] = [];
  const observe = (exchange: Exchange) => void exchanges.push(exchange);
  const engine = new CacheEngine({ origin, clock, timers: clock, onExchange: observe, ...options });
  const get = async (path: string, { peer, ...init }: Ask = {}) => {
    const request = new Request(`http://example.org${path}`, init);
    return await engine.handle(request, peer ? { peer } : {});
  };
  const getText = async (path: string, ask?: Ask) => await (await get(path, ask)).text();
  return { engine, origin, clock, exchanges, get, getText };
}

/** Lets everything happen that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve));
}
