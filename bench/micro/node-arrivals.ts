import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { type Arrival, type ArrivalMaker, type ArrivalOptions, fieldsOf, type Peer } from "./arrivals.ts";

type Incoming = IncomingMessage & { _addHeaderLines(lines: readonly string[], count: number): void };

/** Requests as `@hono/node-server` makes them of what the HTTP parser of Node gives, without a connection. */
export function nodeArrivals(): ArrivalMaker {
  let taken: Request | undefined;
  const listener = getRequestListener((request) => {
    taken = request;
    return new Promise<Response>(() => {}); // what is answered is no matter here
  }, { overrideGlobalObjects: false });
  return (target: string, options: ArrivalOptions = {}): Arrival => {
    const incoming = incomingOf(target, options);
    void listener(incoming, new ServerResponse(incoming));
    return { request: taken!, peer: new NodePeer(target) };
  };
}

function incomingOf(target: string, options: ArrivalOptions): IncomingMessage {
  const incoming = new IncomingMessage(new Socket()) as Incoming;
  incoming.httpVersion = "1.1";
  incoming.method = options.method ?? "GET";
  incoming.url = target;
  const lines = Object.entries(fieldsOf(options)).flat();
  incoming._addHeaderLines(lines, lines.length);
  return incoming;
}

class NodePeer implements Peer {
  readonly rawTarget: string;

  constructor(rawTarget: string) {
    this.rawTarget = rawTarget;
  }

  get address(): string {
    return "127.0.0.1";
  }

  expectDelay(): void {}
}
