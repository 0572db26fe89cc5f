import { discard } from "../origin/discard.ts";
import type { OriginClient } from "../origin/origin-client.ts";
import type { OriginError } from "../origin/origin-error.ts";
import { deliverAnswer, deliverFailure } from "./deliver-answer.ts";
import type { EngineParts } from "./engine-options.ts";
import type { Exchange, ForwardReason } from "./exchange.ts";
import { asOriginError } from "./fetch-response.ts";
import { clientRequest, forward, type OriginAnswer } from "./forward.ts";
import { freshenByHead } from "./freshen-by-head.ts";
import type { CacheRequest } from "./cache-request.ts";
import { alone, type Passed, type PostPorts, storePosted } from "./store-posted.ts";

/** What accompanies a request that the store could not answer. */
export interface Errand {
  readonly exchange: Exchange;
  readonly origin: OriginClient;
  /** What is delivered in place of an answer with this status, where anything may be. */
  readonly insteadOf?: (status: number) => Response | undefined;
  /** What is delivered when it gives no answer. */
  readonly afterFailure?: (error: OriginError) => Response;
}

/** What passing a request on needs beside the request. */
export type PassPorts = EngineParts & PostPorts;

/** Hands a request to the origin as it is, and the answer to this one client. What it tells of stored responses counts. */
export async function pass(
  reason: ForwardReason,
  request: CacheRequest,
  { exchange, origin, insteadOf, afterFailure }: Errand,
  ports: PassPorts,
): Promise<Response> {
  request.peer.expectDelay?.();
  exchange.outcome = "pass";
  exchange.forwardReason = reason;
  exchange.stored = false;
  exchange.collapsed = false;
  exchange.detail = undefined;
  try {
    const { answer, isKept } = await exchangeWith(origin, request, ports);
    exchange.stored = isKept;
    exchange.origin = answer.response.origin;
    exchange.originStatus = answer.response.status;
    const instead = insteadOf?.(answer.response.status);
    if (instead === undefined) return deliverAnswer(answer, exchange, ports.style.hidden);
    discard(answer.response);
    return instead;
  } catch (error) {
    const failure = asOriginError(error);
    return afterFailure?.(failure) ?? deliverFailure(failure, exchange);
  }
}

/** Asks the origin, and draws from its answer what follows for the store. */
async function exchangeWith(origin: OriginClient, request: CacheRequest, ports: PassPorts): Promise<Passed> {
  if (request.method === "POST") return await storePosted(origin, request, ports);
  if (request.method === "HEAD") return { answer: await askByHead(origin, request, ports), isKept: false };
  const answer = await forward(origin, clientRequest(request, ports.rules), ports.clock);
  ports.invalidation.byAnswer(request, answer.response.status, answer.fields);
  return { answer, isKept: false };
}

async function askByHead(origin: OriginClient, request: CacheRequest, ports: PassPorts): Promise<OriginAnswer> {
  const sent = ports.board.open(request.asGet(), alone(request, ports));
  try {
    const answer = await forward(origin, clientRequest(request, ports.rules), ports.clock);
    freshenByHead(request, { answer, sent }, ports);
    return answer;
  } finally {
    ports.board.close(sent);
  }
}
