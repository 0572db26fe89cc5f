/** An origin that answers whenever a seed says so, with whatever it draws, and always as an origin may. */
import { resolveRangeSpec, singleRangeSpec } from "../../src/http/byte-range.ts";
import type { OriginClient, OriginRequest, OriginResponse } from "../../src/origin/origin-client.ts";
import { OriginError, type OriginFailure } from "../../src/origin/origin-error.ts";
import type { Trace } from "./coalescing-client.ts";
import type { Draw } from "./coalescing-draw.ts";
import { bytesOf } from "./coalescing-bytes.ts";
import type { Fields } from "./coalescing-fields.ts";
import type { CoalescingReference } from "./coalescing-reference.ts";

/** A way in which a resource is answered. */
interface Kind {
  readonly fields: Fields;
  readonly status?: number;
  /** Whether it is given again, and confirmed, once it has a tag. */
  readonly isLasting?: boolean;
  readonly isLarge?: boolean;
}

/** More than `maxObjectBytes` of the model. */
const LARGE = 300;
const SIZES = [1, 24, 24, 60, 0];

const lasting = (cacheControl: string, fields: Fields = {}): Kind => ({
  fields: { "cache-control": cacheControl, ...fields },
  isLasting: true,
});

const KINDS = {
  plain: lasting("max-age=10"),
  byAccept: lasting("max-age=10", { vary: "accept" }),
  byCookie: lasting("max-age=10", { vary: "cookie" }),
  byBoth: lasting("max-age=10", { vary: "accept, cookie" }),
  byAnything: lasting("max-age=10", { vary: "*" }),
  grouped: lasting("max-age=10", { "cache-groups": '"g"' }),
  staleAtOnce: lasting("max-age=0"),
  staleAtOnceByAccept: lasting("max-age=0", { vary: "accept" }),
  neverStale: lasting("max-age=1, must-revalidate"),
  shared: lasting("s-maxage=2"),
  noCache: lasting("no-cache"),
  forAll: lasting("public, max-age=10"),
  whileRevalidate: lasting("max-age=1, stale-while-revalidate=5"),
  ifError: lasting("max-age=1, stale-if-error=60"),
  large: { ...lasting("max-age=10"), isLarge: true },
  silent: { fields: {} },
  noStore: { fields: { "cache-control": "no-store" } },
  private: { fields: { "cache-control": "private, max-age=10" } },
  cookie: { fields: { "cache-control": "max-age=10", "set-cookie": "a=1" } },
  notFound: { fields: { "cache-control": "max-age=10" }, status: 404 },
  busy: { fields: { "cache-control": "no-store" }, status: 503 },
  broken: { fields: {}, status: 503 },
} satisfies Record<string, Kind>;

export type KindName = keyof typeof KINDS;

export const KIND_NAMES = Object.keys(KINDS) as KindName[];

/** Those from which more follows come more often. */
export const LIKELY_KINDS: readonly KindName[] = [
  ...KIND_NAMES,
  ...(["byAccept", "byAccept", "byCookie", "byBoth", "byBoth", "plain", "plain", "staleAtOnce", "noCache"] as const),
];

const FAILURES: readonly OriginFailure[] = ["reset", "connect", "first-byte-timeout", "truncated", "connect-timeout"];

/** One representation, once a resource has got it. */
interface Representation {
  readonly serial: number;
  readonly path: string;
  readonly kind: KindName;
  readonly etag: string | undefined;
  readonly size: number;
  /** Fields of the requests that got it. */
  readonly askers: Fields[];
}

/** One request that the origin has got. */
export interface OriginExchange {
  readonly serial: number;
  readonly client: number;
  readonly path: string;
  readonly method: string;
  readonly fields: Fields;
  state: "asked" | "body" | "over";
  readonly resolve: (response: OriginResponse) => void;
  readonly reject: (error: OriginError) => void;
  controller?: ReadableStreamDefaultController<Uint8Array>;
  /** What is still to be sent of the body. */
  rest?: Uint8Array;
}

export interface OriginPorts {
  readonly reference: CoalescingReference;
  readonly trace: Trace;
  readonly fault: (text: string) => void;
  /** How each path is mostly answered. */
  readonly kinds: ReadonlyMap<string, readonly KindName[]>;
  /** So many of a hundred requests fail, and half as often each step of a body. */
  readonly failures: number;
}

export class CoalescingOrigin implements OriginClient {
  readonly #ports: OriginPorts;
  readonly #exchanges: OriginExchange[] = [];
  readonly #representations: Representation[] = [];

  constructor(ports: OriginPorts) {
    this.#ports = ports;
  }

  /** What is not over. */
  get open(): readonly OriginExchange[] {
    return this.#exchanges.filter(({ state }) => state !== "over");
  }

  /** A tag that the origin has given for a path. */
  tagOf(path: string, draw: Draw): string | undefined {
    return draw.pick(this.#representations.filter((known) => known.path === path && known.etag))?.etag;
  }

  fetch(request: OriginRequest): Promise<OriginResponse> {
    const { promise, resolve, reject } = Promise.withResolvers<OriginResponse>();
    const { method, target: path } = request;
    const { "x-client": name, ...fields } = Object.fromEntries(request.fields);
    const client = Number(name);
    const serial = this.#ports.reference.asked({ client, method, path, fields });
    const exchange: OriginExchange = { serial, client, path, method, fields, state: "asked", resolve, reject };
    this.#exchanges.push(exchange);
    this.#ports.trace(() => `  origin #${serial} is asked ${method} ${path} for client ${client} ${told(fields)}`);
    const wrong = this.#ports.reference.judgeQuestion(serial);
    if (wrong !== undefined) this.#ports.fault(`origin #${serial} is asked for client ${client}: ${wrong}`);
    if (request.signal?.aborted) this.#abort(exchange);
    else request.signal?.addEventListener("abort", () => this.#abort(exchange), { once: true });
    return promise;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Brings an exchange to its headers, or to nothing. */
  answer(exchange: OriginExchange, draw: Draw): void {
    if (draw.chance(this.#ports.failures)) return this.#fail(exchange, draw.pick(FAILURES)!);
    const known = this.#known(exchange);
    if (known !== undefined && exchange.fields["if-range"] === undefined && draw.chance(50)) {
      return this.#confirm(exchange, known, draw);
    }
    const isTrue = known !== undefined && exchange.fields["if-range"] !== undefined && draw.chance(85);
    const representation = isTrue ? known : this.#choose(exchange, draw);
    this.#send(exchange, representation, { isWhole: exchange.fields["if-range"] !== undefined && !isTrue, draw });
  }

  /** Sends some of a body, its end, or breaks it off. */
  goOn(exchange: OriginExchange, draw: Draw): void {
    const { serial, controller, rest = new Uint8Array() } = exchange;
    if (draw.chance(this.#ports.failures / 2)) {
      this.#ports.trace(() => `origin #${serial} breaks off`);
      return this.#break(exchange, "truncated");
    }
    const length = Math.min(rest.byteLength, 1 + draw.below(Math.max(1, rest.byteLength)));
    if (length > 0) controller!.enqueue(rest.slice(0, length));
    exchange.rest = rest.subarray(length);
    const isOver = exchange.rest.byteLength === 0 && (length === 0 || draw.chance(50));
    this.#ports.trace(() => `origin #${serial} sends ${length} bytes${isOver ? ", the last" : ""}`);
    if (isOver) this.#end(exchange);
  }

  #end(exchange: OriginExchange): void {
    exchange.state = "over";
    exchange.controller!.close();
  }

  #break(exchange: OriginExchange, failure: OriginFailure): void {
    exchange.state = "over";
    this.#ports.reference.bodyFailed(exchange.serial);
    exchange.controller!.error(new OriginError("scripted", failure));
  }

  #fail(exchange: OriginExchange, failure: OriginFailure): void {
    this.#ports.trace(() => `origin #${exchange.serial} fails: ${failure}`);
    exchange.state = "over";
    this.#ports.reference.failed(exchange.serial);
    exchange.reject(new OriginError("scripted", failure));
  }

  /** Its client has gone: that is nobody else's trouble. */
  #abort(exchange: OriginExchange): void {
    if (exchange.state === "over") return;
    this.#ports.trace(() => `  origin #${exchange.serial} is aborted`);
    if (exchange.state === "body") return this.#break(exchange, "aborted");
    exchange.state = "over";
    exchange.reject(new OriginError("scripted", "aborted"));
  }

  /** The representation that a condition of the request names. */
  #known({ path, fields }: OriginExchange): Representation | undefined {
    const tags = (fields["if-range"] ?? fields["if-none-match"])?.split(", ") ?? [];
    return this.#representations.findLast(({ path: other, etag }) =>
      other === path && etag !== undefined && tags.includes(etag)
    );
  }

  /** The one that it has given such a request before, or a new one. */
  #choose(exchange: OriginExchange, draw: Draw): Representation {
    const { path, method, fields } = exchange;
    const same = draw.chance(30) && method !== "POST" &&
      draw.pick(
        this.#representations.filter((known) =>
          known.path === path && known.etag !== undefined && isSameVariant(known, fields)
        ),
      );
    if (same) return same;
    const kinds = this.#ports.kinds.get(path) ?? KIND_NAMES;
    const name = method === "POST" ? "noStore" : draw.chance(85) ? draw.pick(kinds)! : draw.pick(KIND_NAMES)!;
    const kind: Kind = KINDS[name];
    // A HEAD without a tag could speak of whatever is stored.
    const etag = method === "HEAD" || (kind.isLasting === true && draw.chance(60))
      ? `${draw.chance(20) ? "W/" : ""}"${exchange.serial}"`
      : undefined;
    const size = kind.isLarge ? LARGE : draw.pick(SIZES)!;
    const representation = { serial: exchange.serial, path, kind: name, etag, size, askers: [] };
    if (method !== "POST") this.#representations.push(representation);
    return representation;
  }

  /** 304, sometimes with other words than before. */
  #confirm(exchange: OriginExchange, known: Representation, draw: Draw): void {
    const same: Kind = KINDS[known.kind];
    const other: Kind = KINDS[draw.chance(80) ? known.kind : draw.pick(KIND_NAMES)!];
    // Whatever was said before and is not now would stay as it was.
    const kind = { fields: { ...same.fields, "cache-control": other.fields["cache-control"] ?? "no-store" } };
    known.askers.push(exchange.fields);
    exchange.state = "over";
    this.#resolve(exchange, { status: 304, fields: this.#fieldsOf(exchange, known, kind), known, body: null });
  }

  #send(exchange: OriginExchange, known: Representation, { isWhole, draw }: { isWhole: boolean; draw: Draw }): void {
    const kind: Kind = KINDS[known.kind];
    const fields: Record<string, string> = this.#fieldsOf(exchange, known, kind);
    known.askers.push(exchange.fields);
    if (exchange.method === "POST") Object.assign(fields, effectOf(exchange, draw));
    let bytes = bytesOf(known.serial, known.size);
    let status = kind.status ?? 200;
    const range = isWhole || status !== 200 || draw.chance(15) ? undefined : exchange.fields["range"];
    if (range !== undefined && exchange.method === "GET") {
      const part = resolveRangeSpec(singleRangeSpec(range)!, known.size);
      status = part === undefined ? 416 : 206;
      const place = part === undefined ? "*" : `${part.first}-${part.last}`;
      fields["content-range"] = `bytes ${place}/${known.size}`;
      bytes = part === undefined ? new Uint8Array() : bytes.subarray(part.first, part.last + 1);
    }
    if (draw.chance(50)) fields["content-length"] = String(bytes.byteLength);
    if (exchange.method === "HEAD") {
      exchange.state = "over";
      return this.#resolve(exchange, { status, fields, known, body: null });
    }
    exchange.state = "body";
    exchange.rest = bytes;
    this.#resolve(exchange, { status, fields, known, body: this.#bodyOf(exchange) });
    if (draw.chance(50)) return;
    if (bytes.byteLength > 0) exchange.controller!.enqueue(bytes.slice());
    exchange.rest = new Uint8Array();
    this.#end(exchange);
  }

  #bodyOf(exchange: OriginExchange): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      start: (controller) => void (exchange.controller = controller),
      cancel: () => {
        this.#ports.trace(() => `  origin #${exchange.serial} is left`);
        exchange.state = "over";
      },
    });
  }

  #fieldsOf({ serial }: OriginExchange, { serial: represents, etag }: Representation, kind: Kind) {
    return {
      ...kind.fields,
      "x-serial": String(represents),
      "x-grant": String(serial),
      ...(etag !== undefined && { etag }),
    };
  }

  #resolve(exchange: OriginExchange, sent: Sent): void {
    const { status, fields, known: { serial: represents, size, kind }, body } = sent;
    this.#ports.trace(() => `origin #${exchange.serial} answers ${status} ${kind} ${told(fields)}`);
    this.#ports.reference.answered(exchange.serial, { status, fields, represents, size });
    const framing = body === null ? "none" : "content-length" in fields ? "length" : "chunked";
    exchange.resolve({ status, fields: Object.entries(fields), body, framing, origin: "scripted" });
  }
}

interface Sent {
  readonly status: number;
  readonly fields: Fields;
  readonly known: Representation;
  readonly body: ReadableStream<Uint8Array> | null;
}

/** Whether one of those who got a representation had the same in the fields on which it depends. */
function isSameVariant({ kind, askers }: Representation, fields: Fields): boolean {
  const names = (KINDS[kind] as Kind).fields["vary"]?.split(", ") ?? [];
  return !names.includes("*") && askers.some((asker) => names.every((name) => asker[name] === fields[name]));
}

/** What a POST changes beside its own resource. */
function effectOf({ path }: OriginExchange, draw: Draw): Fields {
  const effect = draw.below(3);
  if (effect === 0) return { "cache-group-invalidation": '"g"' };
  return effect === 1 ? { location: `${path.slice(0, -1)}${draw.pick(["1", "2", "3"])}` } : {};
}

function told(fields: Fields): string {
  const names = ["accept", "cookie", "authorization", "range", "if-range", "if-none-match", "cache-control", "vary"];
  const more = ["etag", "set-cookie", "x-serial", "location", "cache-groups", "cache-group-invalidation"];
  return [...names, ...more, "content-range", "content-length"]
    .filter((name) => name in fields)
    .map((name) => `${name}: ${fields[name]}`).join("; ");
}
