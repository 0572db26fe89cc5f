/** The admin API over an engine that does nothing but keep what it was asked for. */
import { adminApp } from "../../src/admin/admin-app.ts";
import type { AdminEngine } from "../../src/admin/admin-engine.ts";
import type { EngineStats } from "../../src/engine/engine-stats.ts";
import type { AdminPorts } from "../../src/admin/admin-ports.ts";
import type { PurgeRequest } from "../../src/invalidation/purge-request.ts";
import { ManualClock } from "./manual-clock.ts";

export const TOKEN = "s3cret-of-the-test";

/** Figures that are all different, so that none can stand for another. */
export const STATS: EngineStats = {
  size: 1,
  bytes: 2,
  limit: 3,
  fetching: 4,
  coalescing: {
    ...{ flights: 5, flightsNow: 6, waiters: 7, waitersNow: 8, shares: 9, rebuckets: 10, releases: 11, gaveUp: 12 },
    ...{ hedges: 13, reelections: 14, speculative: 15, wasted: 16, resumes: 17, restarts: 18, leftBehind: 19 },
    ...{ bytesInFlight: 20, bytesRemembered: 21, waits: [22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33] },
  },
  purging: { sequence: 34, scopes: 35, bans: 36, reclaiming: 37 },
};

/** An engine that counts purges. */
export class FakeEngine implements AdminEngine {
  readonly purges: PurgeRequest[] = [];
  readonly stats: EngineStats = STATS;
  /** What the next purges are refused with. */
  refusal: Error | undefined;

  purge(request: PurgeRequest): Promise<{ sequence: number }> {
    if (this.refusal !== undefined) return Promise.reject(this.refusal);
    this.purges.push(request);
    return Promise.resolve({ sequence: this.purges.length });
  }
}

/** What a request of a test is made of. */
export interface Ask {
  readonly method?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly body?: BodyInit;
  /** Where it comes from. */
  readonly address?: string;
}

/** An admin API for a test. */
export interface FakeAdmin {
  readonly engine: FakeEngine;
  readonly clock: ManualClock;
  /** Faults it told of. */
  readonly faults: unknown[];
  /** Sends a request as it is. */
  ask(path: string, ask?: Ask): Promise<Response>;
  /** Sends a request with the token. */
  askWithToken(path: string, ask?: Ask): Promise<Response>;
  /** Posts JSON to `/v1/purge` with the token. */
  purge(content: unknown): Promise<Response>;
}

export function fakeAdmin(ports: Partial<AdminPorts> = {}): FakeAdmin {
  const engine = new FakeEngine();
  const clock = new ManualClock();
  const faults: unknown[] = [];
  const app = adminApp({
    engine,
    origins: () => [{ url: "http://a", resting: false }, { url: "http://b", resting: true }],
    token: TOKEN,
    clock,
    hostname: "127.0.0.1",
    hosts: [],
    version: "1.2.3",
    isStopping: () => false,
    onFault: (error) => void faults.push(error),
    ...ports,
  });
  const ask = async (path: string, { method = "GET", fields = {}, body, address = "192.0.2.1" }: Ask = {}) => {
    const init = { method, headers: fields, ...(body !== undefined && { body, duplex: "half" }) };
    return await app.fetch(new Request(`http://127.0.0.1:8081${path}`, init), { address });
  };
  const askWithToken = (path: string, { fields, ...rest }: Ask = {}) =>
    ask(path, { ...rest, fields: { authorization: `Bearer ${TOKEN}`, ...fields } });
  const purge = (content: unknown) =>
    askWithToken("/v1/purge", {
      method: "POST",
      fields: { "content-type": "application/json" },
      body: JSON.stringify(content),
    });
  return { engine, clock, faults, ask, askWithToken, purge };
}

/** A problem document, once it is sure that the response is one. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** The problem document of a response. @throws when it is none, or says another status than the response has. */
export async function problemOf(response: Response): Promise<ProblemDocument> {
  const mediaType = response.headers.get("content-type");
  if (mediaType !== "application/problem+json") throw new Error(`Cannot read problem: it is ${mediaType}`);
  if (response.headers.get("cache-control") !== "no-store") throw new Error("Cannot keep problem: it may be stored");
  const document = await response.json() as ProblemDocument;
  if (document.status !== response.status) throw new Error(`Cannot read problem: it says ${document.status}`);
  return document;
}
