import type { CacheEngine } from "../../src/engine/cache-engine.ts";
import type { EngineOptions } from "../../src/engine/engine-options.ts";
import type { Runtime } from "../../src/server/runtime.ts";
import type { RuntimeName } from "../support/lacquer.ts";
import { type Arrival, type ArrivalMaker, arrivalMaker } from "./arrivals.ts";
import { type OriginOptions, promptOrigin } from "./origin.ts";
import type { SourceTree } from "./source-tree.ts";

/** Body of the objects that the bounds speak of. */
export const TEN_KB = 10 * 1024;

const LOOPBACK = "127.0.0.1";

/** Makes what benchmarks need: an engine set up as the server sets it up on this runtime, and requests for it. */
export class Lab {
  readonly runtimeName: RuntimeName;
  readonly tree: SourceTree;
  readonly arrive: ArrivalMaker;
  /** The classes of the runtime, before the listener of Node replaces one. */
  readonly Response: typeof Response;

  private constructor(runtimeName: RuntimeName, tree: SourceTree, arrive: ArrivalMaker) {
    this.runtimeName = runtimeName;
    this.tree = tree;
    this.arrive = arrive;
    this.Response = globalThis.Response;
  }

  static async open(runtimeName: RuntimeName, tree: SourceTree): Promise<Lab> {
    return new Lab(runtimeName, tree, await arrivalMaker(runtimeName));
  }

  /** What the entry of this runtime gives to the engine; puts in place the `Response` that goes with its listener. */
  async runtime(): Promise<Runtime> {
    switch (this.runtimeName) {
      case "bun":
        return await this.tree.take("runtime/bun.ts", "bunRuntime");
      case "deno":
        return await this.tree.take("runtime/deno.ts", "denoRuntime");
      case "node": {
        const install = await this.tree.take("runtime/node-response.ts", "installNodeResponse");
        install();
        return await this.tree.take("runtime/node.ts", "nodeRuntime");
      }
    }
  }

  /** An engine before an origin that answers at once. */
  async engine(origin: OriginOptions, options: Partial<EngineOptions> = {}): Promise<CacheEngine> {
    const runtime = await this.runtime();
    const Engine = await this.tree.take("engine/cache-engine.ts", "CacheEngine");
    return new Engine({
      origin: promptOrigin(origin),
      isTrusted: (address) => address === LOOPBACK,
      sealBody: (bytes) => runtime.wrapBody(bytes),
      sealFields: (fields) => runtime.wrapFields(fields),
      ...options,
    });
  }

  /** Sends all requests once, so that a later one finds the answer in memory. */
  async fill(engine: CacheEngine, arrivals: readonly Arrival[]): Promise<void> {
    for (const { request, peer } of arrivals) await consume(await engine.handle(request, { peer }));
  }
}

/** Reads a response to its end, as a listener does. */
export async function consume(response: Response): Promise<number> {
  const reader = response.body?.getReader();
  if (!reader) return 0;
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return bytes;
    bytes += value.byteLength;
  }
}

export interface Expected {
  readonly status: number;
  /** A word of its `Cache-Status`. */
  readonly says: string;
  readonly bytes: number;
}

/** Throws unless a request is answered as expected, and at once where a hit is. */
export async function expectAnswer(engine: CacheEngine, arrival: Arrival, expected: Expected): Promise<void> {
  const answer = engine.handle(arrival.request, { peer: arrival.peer });
  if (expected.says === "hit" && answer instanceof Promise) throw new Error("Cannot measure: a hit gives a promise");
  const response = await answer;
  const status = response.headers.get("cache-status") ?? "nothing";
  const bytes = await consume(response);
  if (response.status === expected.status && status.includes(expected.says) && bytes === expected.bytes) return;
  throw new Error(`Cannot measure: the answer is ${response.status} with ${bytes} bytes and says "${status}"`);
}
