import type { RuntimeName } from "../support/lacquer.ts";

/** A request as the listener of a runtime hands it to the engine. */
export interface Arrival {
  readonly request: Request;
  readonly peer: Peer;
}

export interface Peer {
  readonly address: string;
  readonly rawTarget?: string | undefined;
  expectDelay(): void;
}

export interface ArrivalOptions {
  readonly method?: string;
  /** Beside those that every request has. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** Makes a request for a target such as `/page?a=1`. */
export type ArrivalMaker = (target: string, options?: ArrivalOptions) => Arrival;

const HOST = "127.0.0.1:8080";

/** What a client sends with every request. */
const COMMON_FIELDS: Readonly<Record<string, string>> = {
  host: HOST,
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  "accept-encoding": "gzip, deflate, br, zstd",
  "accept-language": "en-US,en;q=0.5",
};

/** How requests are made in this process: by the adapter of the listener on Node, by the runtime itself elsewhere. */
export async function arrivalMaker(runtime: RuntimeName): Promise<ArrivalMaker> {
  if (runtime !== "node") return ownArrival;
  const { nodeArrivals } = await import("./node-arrivals.ts");
  return nodeArrivals();
}

function ownArrival(target: string, options: ArrivalOptions = {}): Arrival {
  const request = new Request(urlOf(target), { method: options.method ?? "GET", headers: fieldsOf(options) });
  return { request, peer: new ListenerPeer() };
}

/** Absolute URL of a target. */
export function urlOf(target: string): string {
  return `http://${HOST}${target}`;
}

/** All fields of a request. */
export function fieldsOf({ fields }: ArrivalOptions): Record<string, string> {
  return { ...COMMON_FIELDS, ...fields };
}

/** Has the shape of the connections of the listeners on Bun and Deno, whose address is asked for only when it is read. */
class ListenerPeer implements Peer {
  get address(): string {
    return "127.0.0.1";
  }

  expectDelay(): void {}
}
