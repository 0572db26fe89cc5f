/**
 * Requests, response heads, chunks, departures, invalidations and failures in any order, drawn from a seed. Whatever
 * the order: nobody gets bytes meant for another, nobody waits for ever, and nothing is left behind.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginRequest, OriginResponse } from "../../src/origin/origin-client.ts";
import { OriginError } from "../../src/origin/origin-error.ts";
import { MemoryStore } from "../../src/storage/memory-store.ts";
import { startProxy } from "../support/scripted-proxy.ts";

const SEEDS = 300;
const STEPS = 80;
const PATHS = ["/a", "/b"];
const COLOURS = ["red", "green", "blue"];

/** Response fields and size of what the origin may answer; the budget is too small for some of it. */
const KINDS = [
  { fields: { "cache-control": "max-age=10, stale-while-revalidate=10, stale-if-error=60" }, hasTag: true, size: 3000 },
  { fields: { "cache-control": "max-age=10, stale-while-revalidate=10", vary: "x-colour" }, hasTag: false, size: 9000 },
  { fields: { "cache-control": "max-age=10, stale-if-error=60" }, hasTag: true, size: 60_000 },
  { fields: { "cache-control": "max-age=60, stale-while-revalidate=60" }, hasTag: true, size: 1_200_000 },
  { fields: { "cache-control": "no-cache" }, hasTag: true, size: 2000 },
  { fields: { "cache-control": "private" }, hasTag: false, size: 4000 },
];

type Random = (below: number) => number;

/** What one fetch of the engine came to at the origin. */
interface Fetch {
  readonly serial: number;
  readonly path: string;
  readonly colour: string | undefined;
  readonly client: string | undefined;
  /** Tags of the question. */
  readonly tags: readonly string[];
  readonly method: string;
  readonly kind: typeof KINDS[number];
  state: "asked" | "body" | "over";
  sent: number;
  isComplete: boolean;
  resolve(response: OriginResponse): void;
  reject(error: OriginError): void;
  controller?: ReadableStreamDefaultController<Uint8Array>;
}

interface Client {
  readonly response: Promise<void>;
  reader?: ReadableStreamDefaultReader<Uint8Array>;
  isReading: boolean;
  isOver: boolean;
  hasLeft: boolean;
}

test(`any order of events leaves nobody waiting, no wrong bytes and nothing behind (${SEEDS} seeds)`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    try {
      await new World(randomFrom(seed)).run();
    } catch (cause) {
      throw new Error(`Cannot pass with seed ${seed}: ${cause}`, { cause });
    }
  }
});

class World {
  readonly #random: Random;
  readonly #fetches: Fetch[] = [];
  readonly #clients: Client[] = [];
  readonly #invalidatedUpTo = new Map<string, number>();
  readonly #faults: unknown[] = [];
  readonly #proxy;
  #store!: MemoryStore;
  #usedBytes = () => 0;

  constructor(random: Random) {
    this.#random = random;
    this.#proxy = startProxy({
      memoryBytes: 100_000,
      maxObjectBytes: 80_000,
      createStore: (budget) => {
        this.#usedBytes = () => budget.used;
        return this.#store = new MemoryStore(budget);
      },
    });
    this.#proxy.origin.respond((request) => this.#accept(request));
  }

  async run(): Promise<void> {
    for (let step = 0; step < STEPS; step++) {
      this.#step();
      if (this.#random(3) > 0) await turn(this.#random(4));
    }
    await this.#finish();
    assert.deepEqual(this.#faults, []);
    assert.equal(this.#clients.filter((client) => !client.isOver).length, 0, "somebody still waits");
    assert.equal(this.#proxy.engine.fetching, 0, "fetches left in the air");
    assert.equal(this.#usedBytes(), this.#store.bytes, "memory reserved for nothing stored");
    assert.equal(this.#proxy.clock.waiting, 0, "timers left");
  }

  #step(): void {
    const draw = this.#random(20);
    if (draw < 6) this.#arrive();
    else if (draw < 12) this.#originMoves();
    else if (draw < 16) this.#clientReads(this.#pick(this.#clients));
    else if (draw < 17) this.#leave(this.#pick(this.#clients));
    else if (draw < 18) this.#invalidate(this.#pick(PATHS)!);
    else this.#proxy.clock.advance(this.#random(8) * 1000);
  }

  #accept(request: OriginRequest): Promise<OriginResponse> {
    const { promise, resolve, reject } = Promise.withResolvers<OriginResponse>();
    const field = (name: string) => request.fields.find(([found]) => found === name)?.[1];
    this.#fetches.push({
      serial: this.#fetches.length,
      path: request.target,
      colour: field("x-colour"),
      client: field("x-client"),
      method: request.method,
      tags: field("if-none-match")?.split(", ") ?? [],
      kind: this.#pick(KINDS)!,
      state: "asked",
      sent: 0,
      isComplete: false,
      resolve,
      reject,
    });
    return promise;
  }

  #originMoves(): void {
    const fetch = this.#pick(this.#fetches.filter(({ state }) => state !== "over"));
    if (fetch?.state === "asked") this.#answer(fetch);
    else if (fetch !== undefined) this.#continue(fetch);
  }

  #answer(fetch: Fetch): void {
    const draw = this.#random(10);
    fetch.state = "over";
    if (draw === 0) return fetch.reject(new OriginError("scripted", "reset"));
    const { kind, serial } = fetch;
    const origin = "scripted";
    const tag = this.#pick(fetch.tags);
    if (draw < 4 && tag !== undefined) {
      return fetch.resolve({ status: 304, fields: [["etag", tag]], body: null, framing: "none", origin });
    }
    if (draw === 4) {
      return fetch.resolve({ status: 503, fields: [["x-serial", `${serial}`]], body: null, framing: "none", origin });
    }
    fetch.state = "body";
    const length = ["content-length", String(kind.size)] as const;
    const isKnown = this.#random(2) === 0;
    // What HEAD tells is never of a stored response, so no body is ever delivered under another serial.
    const tags = kind.hasTag || fetch.method === "HEAD" ? [["etag", `"${serial}"`] as const] : [];
    fetch.resolve({
      status: 200,
      fields: [...Object.entries(kind.fields), ["x-serial", String(serial)], ...(isKnown ? [length] : []), ...tags],
      framing: isKnown ? "length" : "chunked",
      body: new ReadableStream({
        start: (controller) => void (fetch.controller = controller),
        cancel: () => void (fetch.state = "over"),
      }),
      origin,
    });
  }

  #continue(fetch: Fetch): void {
    const { size } = fetch.kind;
    if (fetch.sent === size || this.#random(15) === 0) {
      fetch.state = "over";
      fetch.isComplete = fetch.sent === size;
      if (fetch.isComplete) fetch.controller?.close();
      else fetch.controller?.error(new OriginError("scripted", "truncated"));
      return;
    }
    const length = Math.min(size - fetch.sent, Math.ceil(size / (1 + this.#random(6))));
    fetch.controller?.enqueue(bytesOf(fetch.serial, fetch.sent, length).slice());
    fetch.sent += length;
  }

  #arrive(): void {
    const path = this.#pick(PATHS)!;
    const colour = this.#pick(COLOURS)!;
    const name = String(this.#clients.length);
    const headers: Record<string, string> = { "x-colour": colour, "x-client": name };
    if (this.#random(6) === 0) headers["range"] = "bytes=1000-1999";
    if (this.#random(8) === 0) headers["if-none-match"] = '"1"';
    const method = this.#random(8) === 0 ? "HEAD" : "GET";
    const after = this.#invalidatedUpTo.get(path) ?? 0;
    const accept = async () => {
      const response = await this.#proxy.get(path, { method, headers });
      this.#check(response, { path, colour, name, after });
      if (client.hasLeft) response.body?.cancel().catch(() => {}); // it may have been broken off before
      if (client.hasLeft || response.body === null) client.isOver = true;
      else client.reader = watched(response.body, this.#expected(response)).getReader();
    };
    const client: Client = {
      response: accept().catch((error) => void this.#faults.push(error)),
      isReading: false,
      isOver: false,
      hasLeft: false,
    };
    this.#clients.push(client);
  }

  /** Whether this client may have this response: of its path, its variant, its own if private, and not invalidated. */
  #check(response: Response, client: { path: string; colour: string; name: string; after: number }): void {
    const fetch = this.#fetchOf(response);
    if (fetch === undefined) return;
    assert.equal(fetch.path, client.path);
    if (response.headers.has("vary")) assert.equal(fetch.colour, client.colour);
    if (response.headers.get("cache-control") === "private") assert.equal(fetch.client, client.name);
    assert.ok(fetch.serial >= client.after, "invalidated before it was asked for");
  }

  #fetchOf(response: Response): Fetch | undefined {
    const serial = response.headers.get("x-serial");
    return serial === null ? undefined : this.#fetches[Number(serial)];
  }

  #expected(response: Response): Expected {
    const fetch = this.#fetchOf(response);
    const first = response.status === 206 ? 1000 : 0;
    const last = response.status === 206 ? 1999 : (fetch?.kind.size ?? 0) - 1;
    return { fetch, first, last, fault: (error) => void this.#faults.push(error) };
  }

  #clientReads(client: Client | undefined): void {
    if (client?.reader === undefined || client.isReading || client.isOver) return;
    client.isReading = true;
    client.reader.read().then(
      ({ done }) => client.isOver ||= done,
      () => client.isOver = true, // broken off, as the origin's body was
    ).then(() => client.isReading = false);
  }

  #leave(client: Client | undefined): void {
    if (client === undefined || client.isOver) return;
    client.hasLeft = true;
    if (client.reader === undefined) return;
    client.isOver = true;
    client.reader.cancel().catch(() => {});
  }

  #invalidate(path: string): void {
    this.#proxy.engine.invalidate(`http://example.org${path}`);
    this.#invalidatedUpTo.set(path, this.#fetches.length);
  }

  /** The origin answers everything, and everybody who is still there reads to the end. */
  async #finish(): Promise<void> {
    for (let round = 0; round < 400; round++) {
      const open = this.#fetches.filter(({ state }) => state !== "over");
      const waiting = this.#clients.filter(({ isOver }) => !isOver);
      if (open.length === 0 && waiting.length === 0) break;
      for (const fetch of open) fetch.state === "asked" ? this.#answer(fetch) : this.#continue(fetch);
      for (const client of waiting) this.#clientReads(client);
      await turn(3);
    }
    await turn(3);
  }

  #pick<Item>(items: readonly Item[]): Item | undefined {
    return items[this.#random(items.length)];
  }
}

interface Expected {
  readonly fetch: Fetch | undefined;
  readonly first: number;
  readonly last: number;
  fault(error: unknown): void;
}

/** The same body, with each byte compared with what the origin sent, and its end with the origin's. */
function watched(body: ReadableStream<Uint8Array>, expected: Expected): ReadableStream<Uint8Array> {
  const { fetch, first, last, fault } = expected;
  if (fetch === undefined) return body; // a text of the engine's own
  let position = first;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        const sent = bytesOf(fetch.serial, position, chunk.byteLength);
        for (let i = 0; i < chunk.byteLength; i++) {
          if (chunk[i] !== sent[i]) return fault(`byte ${position + i} is not that of fetch ${fetch.serial}`);
        }
        position += chunk.byteLength;
        controller.enqueue(chunk);
      },
      flush() {
        if (position !== last + 1) fault(`fetch ${fetch.serial} seems complete at ${position} of ${last + 1} bytes`);
      },
    }),
  );
}

const PATTERN = Uint8Array.from({ length: 1_400_000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff);

/** The bytes that one fetch brings, other ones than any other fetch does. */
function bytesOf(serial: number, position: number, length: number): Uint8Array {
  const start = serial * 31 + position;
  return PATTERN.subarray(start, start + length);
}

/** Lets a few microtasks run, or whatever the event loop has ready. */
async function turn(length: number): Promise<void> {
  if (length > 2) return await new Promise((resolve) => void setImmediate(resolve));
  for (let i = 0; i < length * 3; i++) await undefined;
}

/** The same numbers for the same seed (mulberry32). */
function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
