/**
 * Requests, response heads, chunks, departures, invalidations and failures in any order, drawn from a seed: GET, HEAD,
 * QUERY and POST, whole and in ranges. Whatever the order: nobody gets bytes meant for another, nobody waits for ever,
 * and nothing is left behind.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type ByteRange, resolveRangeSpec, selectByteRanges, singleRangeSpec } from "../../src/http/byte-range.ts";
import { formatContentRange, parseContentRange } from "../../src/http/content-range.ts";
import { multipartLayout } from "../../src/http/multipart-byteranges.ts";
import type { OriginRequest, OriginResponse } from "../../src/origin/origin-client.ts";
import { OriginError } from "../../src/origin/origin-error.ts";
import type { BanSpec } from "../../src/invalidation/ban.ts";
import type { PurgeRequest } from "../../src/invalidation/purge-request.ts";
import { MemoryStore } from "../../src/storage/memory-store.ts";
import { startProxy } from "../support/scripted-proxy.ts";

const SEEDS = 300;
/** So few that no test runs into the time limit of its runtime. */
const SEEDS_PER_TEST = 50;
const STEPS = 80;
const PATHS = ["/a", "/b"];
const COLOURS = ["red", "green", "blue"];
const CONTENTS = ["one", "two"];
const RANGES = [
  ...["bytes=1000-1999", "bytes=0-999", "bytes=500-", "bytes=-1500", "bytes=0-", "bytes=2000-2999", "bytes=90000-"],
  ...["bytes=0-9,100-149", "bytes=-5,1990-1999", "bytes=0-99,50-149", "bytes=10-19,2000000-"],
];
/** Far more than any order needs, for the digest of a QUERY takes its time on a busy machine, which no seed decides. */
const MAX_ROUNDS = 50_000;
const BOUNDARY = "XX";
const GROUP = { "cache-groups": '"g"' };

/** Response fields and size of what the origin may answer; the budget is too small for some of it. */
const KINDS = [
  {
    fields: { "cache-control": "max-age=10, stale-while-revalidate=10, stale-if-error=60", ...GROUP },
    hasTag: true,
    size: 3000,
  },
  { fields: { "cache-control": "max-age=10, stale-while-revalidate=10", vary: "x-colour" }, hasTag: false, size: 9000 },
  { fields: { "cache-control": "max-age=10", vary: "x-colour", ...GROUP }, hasTag: true, size: 6000 },
  { fields: { "cache-control": "max-age=10, stale-if-error=60" }, hasTag: true, size: 60_000 },
  { fields: { "cache-control": "max-age=60, stale-while-revalidate=60" }, hasTag: true, size: 1_200_000 },
  { fields: { "cache-control": "no-cache" }, hasTag: true, size: 2000 },
  { fields: { "cache-control": "max-age=0" }, hasTag: true, size: 2500 },
  { fields: { "cache-control": "private" }, hasTag: false, size: 4000 },
];

type Random = (below: number) => number;

/** What one fetch of the engine came to at the origin. */
interface Fetch {
  readonly serial: number;
  readonly path: string;
  /** For whom the representation that it brought first is good, where it depends on that. */
  readonly colours: Set<string | undefined>;
  readonly client: string | undefined;
  readonly content: string | undefined;
  /** Tags of the question. */
  readonly tags: readonly string[];
  readonly range: string | undefined;
  readonly condition: string | undefined;
  readonly method: string;
  readonly kind: typeof KINDS[number];
  /** How many fetches there had been when what it brings was still true. */
  validFrom: number;
  state: "asked" | "body" | "over";
  /** The fetch that brought the same representation first, and which of its bytes this one brings. */
  representation: Fetch | undefined;
  next: number;
  end: number;
  resolve(response: OriginResponse): void;
  reject(error: OriginError): void;
  controller?: ReadableStreamDefaultController<Uint8Array>;
}

/** What a client asked for, and how much was invalidated when it did. */
interface Question {
  readonly path: string;
  readonly method: string;
  readonly colour: string;
  readonly name: string;
  readonly content: string | undefined;
  readonly range: string | undefined;
  readonly isConditional: boolean;
  readonly after: number;
  readonly groupAfter: number;
}

/** Purges of all pages; the last one is soft. */
const WIDE: readonly PurgeRequest[] = [{ hosts: ["example.org"] }, { all: true }, { tags: PATHS, soft: true }];

function banOf(path: string): BanSpec {
  return { where: [{ field: "path", glob: `${path}*` }, { field: "host", equals: "example.org" }] };
}

/** How many fetches had begun when something was last invalidated. */
interface Limits {
  readonly paths: Map<string, number>;
  group: number;
}

interface Client {
  readonly response: Promise<void>;
  reader?: ReadableStreamDefaultReader<Uint8Array>;
  isReading: boolean;
  isOver: boolean;
  hasLeft: boolean;
}

for (let first = 1; first <= SEEDS; first += SEEDS_PER_TEST) {
  const last = first + SEEDS_PER_TEST - 1;
  test(`any order of events leaves nobody waiting, no wrong bytes and nothing behind (seeds ${first} to ${last})`, async () => {
    for (let seed = first; seed <= last; seed++) {
      try {
        await new World(randomFrom(seed)).run();
      } catch (cause) {
        throw new Error(`Cannot pass with seed ${seed}: ${cause}`, { cause });
      }
    }
  });
}

class World {
  readonly #random: Random;
  readonly #fetches: Fetch[] = [];
  readonly #clients: Client[] = [];
  /** What the origin knows to have changed. */
  readonly #changed: Limits = { paths: new Map(), group: 0 };
  /** What every client that comes from now on may rely on. */
  readonly #acknowledged: Limits = { paths: new Map(), group: 0 };
  readonly #faults: unknown[] = [];
  readonly #proxy;
  #store!: MemoryStore;
  #usedBytes = () => 0;

  constructor(random: Random) {
    this.#random = random;
    this.#proxy = startProxy({
      memoryBytes: 100_000,
      maxObjectBytes: 80_000,
      boundary: () => BOUNDARY,
      createStore: (budget) => {
        this.#usedBytes = () => budget.used - this.#proxy.engine.coalescing.bytesRemembered;
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
    assert.ok(this.#usedBytes() <= this.#store.bytes, "memory reserved for nothing stored"); // a body may be shared
    for (const path of PATHS) this.#proxy.engine.invalidate(`http://example.org${path}`);
    assert.equal(this.#usedBytes(), 0, "memory reserved for nothing stored");
    assert.equal(this.#store.size, 0);
    for (let round = 0; round < 4; round++) this.#proxy.clock.advance(2_000);
    assert.equal(this.#proxy.clock.waiting, 0, "timers left");
    const { scopes, bans, reclaiming } = this.#proxy.engine.stats.purging;
    assert.deepEqual({ scopes, bans, reclaiming }, { scopes: 0, bans: 0, reclaiming: 0 }, "purges remembered");
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
    const serial = this.#fetches.length;
    this.#fetches.push({
      serial,
      path: request.target,
      colours: new Set([field("x-colour")]),
      client: field("x-client"),
      content: field("x-content"),
      method: request.method,
      tags: field("if-none-match")?.split(", ") ?? [],
      range: field("range"),
      condition: field("if-range"),
      kind: this.#pick(KINDS)!,
      validFrom: serial,
      state: "asked",
      representation: undefined,
      next: 0,
      end: 0,
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
    if (fetch.method === "POST") return this.#answerPost(fetch);
    const confirmed = this.#pick(
      fetch.tags.map((tag) => this.#known(tag, fetch)).filter((known) => known !== undefined),
    );
    if (draw < 5 && confirmed !== undefined) {
      for (const colour of fetch.colours) confirmed.colours.add(colour);
      return this.#send(fetch, 304, [["etag", tagOf(confirmed)]]);
    }
    if (draw === 5) return this.#send(fetch, 503, [["x-serial", `${fetch.serial}`]]);
    const condition = fetch.condition === undefined ? undefined : this.#known(fetch.condition, fetch);
    const same = condition ?? this.#pick(this.#fetches.filter((other) => this.#isStillTrue(other, fetch)));
    this.#answerWith(draw < 9 && same !== undefined ? same : fetch, fetch);
  }

  /** The representation that a tag names, if it is still what this fetch would get. */
  #known(tag: string, fetch: Fetch): Fetch | undefined {
    const known = this.#fetches.find((other) => tagOf(other) === tag);
    const isVariant = known !== undefined && this.#isCurrent(known, fetch);
    return isVariant ? known : undefined;
  }

  #isStillTrue(other: Fetch, fetch: Fetch): boolean {
    return this.#isCurrent(other, fetch) && [...fetch.colours].every((colour) => other.colours.has(colour));
  }

  #isCurrent(other: Fetch, { path, method, content }: Fetch): boolean {
    const isSame = other.path === path && other.content === content && other.method === method && method !== "HEAD";
    const limit = Math.max(this.#changed.paths.get(path) ?? 0, isInGroup(other) ? this.#changed.group : 0);
    return isSame && other.kind.hasTag && other.representation === other && other.validFrom >= limit;
  }

  #answerWith(representation: Fetch, fetch: Fetch): void {
    const { kind: { fields, hasTag, size } } = representation;
    fetch.representation = representation;
    const lines: [string, string][] = [...Object.entries(fields), ["x-serial", String(representation.serial)]];
    lines.push(["surrogate-key", fetch.path]);
    // What HEAD tells is never of a stored response, so no body is ever delivered under another serial.
    if (hasTag || fetch.method === "HEAD") lines.push(["etag", tagOf(representation)]);
    const isWanted = fetch.condition === undefined || fetch.condition === tagOf(representation);
    const spec = isWanted ? singleRangeSpec(fetch.range ?? "") : undefined;
    const range = spec && resolveRangeSpec(spec, size);
    if (spec !== undefined && range === undefined) {
      return this.#send(fetch, 416, [...lines, ["content-range", `bytes */${size}`]]);
    }
    fetch.next = range?.first ?? 0;
    fetch.end = (range?.last ?? size - 1) + 1;
    if (range !== undefined) lines.push(["content-range", formatContentRange(range, size)]);
    this.#begin(fetch, range === undefined ? 200 : 206, lines);
  }

  /** Sometimes a change of another page, sometimes of a group, sometimes the new state of the very page. */
  #answerPost(fetch: Fetch): void {
    fetch.validFrom = this.#fetches.length;
    fetch.representation = fetch;
    const lines: [string, string][] = [["x-serial", String(fetch.serial)]];
    this.#changed.paths.set(fetch.path, this.#fetches.length);
    const effect = this.#random(3);
    const named = this.#pick(PATHS)!;
    if (effect === 0) lines.push(["cache-group-invalidation", '"g"']);
    if (effect === 0) this.#changed.group = this.#fetches.length;
    if (effect === 1) lines.push(["location", named]);
    if (effect === 1) this.#changed.paths.set(named, this.#fetches.length);
    if (effect === 2) lines.push(["content-location", fetch.path], ...Object.entries(fetch.kind.fields));
    if (effect === 2) lines.push(["xkey", fetch.path]);
    if (effect === 2 && fetch.kind.hasTag) lines.push(["etag", tagOf(fetch)]);
    fetch.end = fetch.kind.size;
    this.#begin(fetch, 200, lines);
  }

  #send({ resolve }: Fetch, status: number, fields: [string, string][]): void {
    resolve({ status, fields, body: null, framing: "none", origin: "scripted" });
  }

  #begin(fetch: Fetch, status: number, fields: [string, string][]): void {
    fetch.state = "body";
    const isKnown = this.#random(2) === 0;
    const length: [string, string] = ["content-length", String(fetch.end - fetch.next)];
    fetch.resolve({
      status,
      fields: isKnown ? [...fields, length] : fields,
      framing: isKnown ? "length" : "chunked",
      body: new ReadableStream({
        start: (controller) => void (fetch.controller = controller),
        cancel: () => void (fetch.state = "over"),
      }),
      origin: "scripted",
    });
  }

  #continue(fetch: Fetch): void {
    const { next, end, representation } = fetch;
    if (next === end || this.#random(15) === 0) {
      fetch.state = "over";
      if (next === end) fetch.controller?.close();
      else fetch.controller?.error(new OriginError("scripted", "truncated"));
      return;
    }
    const length = Math.min(end - next, Math.ceil(fetch.kind.size / (1 + this.#random(6))));
    fetch.controller?.enqueue(bytesOf(representation!.serial, next, length).slice());
    fetch.next += length;
  }

  #arrive(): void {
    const question = this.#ask();
    const { path, method, colour, name, content, range } = question;
    const headers: Record<string, string> = { "x-colour": colour, "x-client": name };
    if (range !== undefined) headers["range"] = range;
    if (content !== undefined) headers["x-content"] = content;
    if (question.isConditional) headers["if-none-match"] = tagOf({ serial: 1 });
    const accept = async () => {
      const response = await this.#proxy.get(path, {
        method,
        headers,
        ...(content !== undefined && { body: content }),
      });
      this.#check(response, question);
      if (client.hasLeft) response.body?.cancel().catch(() => {}); // it may have been broken off before
      if (client.hasLeft || response.body === null) client.isOver = true;
      else client.reader = watched(response.body, this.#expected(response, question)).getReader();
    };
    const client: Client = {
      response: accept().catch((error) => void this.#faults.push(error)),
      isReading: false,
      isOver: false,
      hasLeft: false,
    };
    this.#clients.push(client);
  }

  #ask(): Question {
    const path = this.#pick(PATHS)!;
    const draw = this.#random(16);
    const method = draw < 2 ? "HEAD" : draw < 4 ? "QUERY" : draw < 5 ? "POST" : "GET";
    return {
      path,
      method,
      colour: this.#pick(COLOURS)!,
      name: String(this.#clients.length),
      content: method === "QUERY" || method === "POST" ? this.#pick(CONTENTS) : undefined,
      range: method === "GET" && this.#random(2) === 0 ? this.#pick(RANGES) : undefined,
      isConditional: method !== "POST" && this.#random(8) === 0,
      after: this.#acknowledged.paths.get(path) ?? 0,
      groupAfter: this.#acknowledged.group,
    };
  }

  /** Whether this client may have this response: of its path, its variant, its own if private, and not invalidated. */
  #check(response: Response, client: Question): void {
    const { status, headers } = response;
    if (status === 206 || status === 416) assert.ok(client.range, `${status} to no range`);
    if (status === 304) assert.ok(client.isConditional, "304 to no condition");
    const fetch = this.#fetchOf(response);
    if (fetch === undefined) return;
    if (client.method === "POST") this.#acknowledge(fetch, headers);
    assert.equal(fetch.path, client.path);
    if (client.method === "QUERY" || client.method === "POST") assert.equal(fetch.method, client.method);
    else assert.notEqual(fetch.method, "QUERY");
    if (client.method === "QUERY") assert.equal(fetch.content, client.content);
    if (headers.has("vary")) assert.ok(fetch.colours.has(client.colour), "another variant");
    if (headers.get("cache-control") === "private") assert.equal(fetch.client, client.name);
    assert.ok(fetch.validFrom >= client.after, "invalidated before it was asked for");
    if (headers.has("cache-groups")) {
      assert.ok(fetch.validFrom >= client.groupAfter, "its group was invalidated before");
    }
  }

  /** From now on everybody may rely on what the answer to a POST has changed. */
  #acknowledge(fetch: Fetch, headers: Headers): void {
    const { paths } = this.#acknowledged;
    const raise = (path: string) => paths.set(path, Math.max(paths.get(path) ?? 0, fetch.validFrom));
    if (fetch.representation === undefined) return; // it failed
    raise(fetch.path);
    const location = headers.get("location");
    if (location !== null) raise(location);
    if (!headers.has("cache-group-invalidation")) return;
    this.#acknowledged.group = Math.max(this.#acknowledged.group, fetch.validFrom);
  }

  #fetchOf(response: Response): Fetch | undefined {
    const serial = response.headers.get("x-serial");
    return serial === null ? undefined : this.#fetches[Number(serial)];
  }

  #expected(response: Response, { range = "" }: Question): Expected {
    const fault = (error: unknown) => void this.#faults.push(error);
    const fetch = this.#fetchOf(response);
    if (fetch === undefined) return { bytes: undefined, serial: -1, fault };
    const { serial, kind: { size } } = fetch;
    if (response.status !== 206) return { bytes: bytesOf(serial, 0, size), serial, fault };
    const wanted = selectByteRanges(range, size);
    const ranges = wanted.kind === "ranges" ? wanted.ranges : [];
    if (ranges.length > 1) return { bytes: severalOf(serial, size, ranges), serial, fault };
    const told = parseContentRange(response.headers.get("content-range") ?? undefined);
    assert.deepEqual(told, { ...ranges[0], completeLength: size });
    return { bytes: bytesOf(serial, told!.first, told!.last - told!.first + 1), serial, fault };
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

  /** Purges a page in one of all ways, some of which take the other pages with it; or softly, which promises no change. */
  #invalidate(path: string): void {
    const { engine } = this.#proxy;
    const url = `http://example.org${path}`;
    const draw = this.#random(8);
    if (draw === 0) engine.invalidate(url);
    else {this.#purge(
        [{ urls: [url] }, { tags: [path] }, { prefixes: [path] }, { bans: [banOf(path)] }, ...WIDE][draw - 1]!,
      );}
    const purged = draw > 4 ? PATHS : [path];
    if (draw === 7) return;
    for (const { paths } of [this.#changed, this.#acknowledged]) {
      for (const one of purged) paths.set(one, this.#fetches.length);
    }
  }

  #purge(request: PurgeRequest): void {
    this.#proxy.engine.purge(request).catch((error) => this.#faults.push(error));
  }

  /** The origin answers everything, and everybody who is still there reads to the end. */
  async #finish(): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
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
  /** `undefined` for a text of the engine's own. */
  readonly bytes: Uint8Array | undefined;
  readonly serial: number;
  fault(error: unknown): void;
}

/** The same body, with each byte compared with what the origin sent, and its end with the origin's. */
function watched(body: ReadableStream<Uint8Array>, { bytes, serial, fault }: Expected): ReadableStream<Uint8Array> {
  if (bytes === undefined) return body;
  let position = 0;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        for (let i = 0; i < chunk.byteLength; i++) {
          if (chunk[i] !== bytes[position + i]) return fault(`byte ${position + i} is not that of fetch ${serial}`);
        }
        position += chunk.byteLength;
        controller.enqueue(chunk);
      },
      flush() {
        const { byteLength } = bytes;
        if (position !== byteLength) fault(`fetch ${serial} seems complete at ${position} of ${byteLength} bytes`);
      },
    }),
  );
}

/** Tag of the representation that a fetch brings first. */
function tagOf({ serial }: Pick<Fetch, "serial">): string {
  return `"${serial}"`;
}

function isInGroup({ kind: { fields } }: Fetch): boolean {
  return "cache-groups" in fields;
}

/** Several ranges of what a fetch brings, as they are sent. */
function severalOf(serial: number, completeLength: number, ranges: readonly ByteRange[]): Uint8Array {
  const { pieces } = multipartLayout(ranges, { completeLength, contentType: undefined }, BOUNDARY);
  const bytes = pieces.flatMap((piece) => {
    if (piece.kind === "text") return [...piece.bytes];
    return [...bytesOf(serial, piece.range.first, piece.range.last - piece.range.first + 1)];
  });
  return Uint8Array.from(bytes);
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
