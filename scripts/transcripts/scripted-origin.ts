import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import type { OriginAnswer, OriginReply, OriginRequest } from "./story.ts";

/** One request to the origin and what it was answered. */
export interface OriginVisit {
  readonly request: OriginRequest;
  readonly reply: OriginReply | "close";
}

/** An origin that answers by the script of one story after the other. */
export interface ScriptedOrigin {
  readonly url: string;
  /** Answers by the script of another story from now on, and forgets the visits so far. */
  play(script: OriginAnswer): void;
  /** What has come since the last call. Waits for at least `count` answered visits. */
  visits(count: number): Promise<readonly OriginVisit[]>;
  close(): Promise<void>;
}

const PATIENCE_MS = 5000;
const PAUSE_MS = 10;
/** In which a response that was sent is received: the two share one machine. */
const ARRIVAL_MS = 100;

/** Starts an origin on a free port of the loopback address. */
export async function startScriptedOrigin(): Promise<ScriptedOrigin> {
  let answer: OriginAnswer = () => "close";
  let turn = 0;
  let visits: OriginVisit[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const request = await readRequest(incoming, ++turn);
    const reply = answer(request);
    visits.push({ request, reply });
    send(reply, outgoing, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    play(script) {
      answer = script;
      turn = 0;
      visits = [];
    },
    async visits(count) {
      const deadline = performance.now() + PATIENCE_MS;
      while (visits.length < count && performance.now() < deadline) await setTimeout(PAUSE_MS);
      if (count > 0) await setTimeout(ARRIVAL_MS);
      const seen = visits;
      visits = [];
      return seen;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readRequest(incoming: IncomingMessage, turn: number): Promise<OriginRequest> {
  let body = "";
  for await (const text of incoming.setEncoding("utf8")) body += text;
  const { method = "", url: target = "" } = incoming;
  const field = (name: string) => incoming.headers[name]?.toString();
  return { method, target, body, turn, field };
}

function send(reply: OriginReply | "close", outgoing: ServerResponse, { method }: OriginRequest): void {
  if (reply === "close") return void outgoing.destroy();
  const { status = 200, fields = {}, body = "", hints } = reply;
  outgoing.sendDate = false; // for it counts in whole seconds, and so would make a new response up to one second old
  if (hints !== undefined) outgoing.writeEarlyHints({ link: hints });
  const hasLength = status !== 304 && status !== 204;
  outgoing.writeHead(status, { ...fields, ...(hasLength && { "Content-Length": Buffer.byteLength(body) }) });
  outgoing.end(method === "HEAD" || !hasLength ? undefined : body);
}

function portOf(address: ReturnType<ReturnType<typeof createServer>["address"]>): number {
  if (address === null || typeof address === "string") {
    throw new Error("Cannot tell the port of the origin: not on TCP");
  }
  return address.port;
}
