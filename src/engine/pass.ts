import { isSafe } from "../http/methods.ts";
import type { OriginClient } from "../origin/origin-client.ts";
import type { Clock } from "../time/clock.ts";
import { deliverAnswer, deliverFailure } from "./deliver-answer.ts";
import type { Exchange, ForwardReason } from "./exchange.ts";
import { asOriginError } from "./fetch-response.ts";
import { clientRequest, forward } from "./forward.ts";
import type { CacheRequest, RequestRules } from "./normalize-request.ts";

/** What accompanies a request that the store could not answer. */
export interface Errand {
  readonly exchange: Exchange;
  readonly origin: OriginClient;
}

/** What passing a request on needs beside the request. */
export interface PassPorts {
  readonly clock: Clock;
  readonly rules: RequestRules;
  /** Called when the request has changed what its target is (RFC 9111 §4.4). */
  readonly invalidate: (key: string) => void;
}

/** Hands a request to the origin as it is, and the answer to this one client. Nothing is stored. */
export async function pass(
  reason: ForwardReason,
  request: CacheRequest,
  { exchange, origin }: Errand,
  ports: PassPorts,
): Promise<Response> {
  request.peer.expectDelay?.();
  exchange.outcome = "pass";
  exchange.forwardReason = reason;
  exchange.stored = false;
  exchange.collapsed = false;
  exchange.detail = undefined;
  try {
    const answer = await forward(origin, clientRequest(request, ports.rules), ports.clock);
    const { response } = answer;
    exchange.origin = response.origin;
    exchange.originStatus = response.status;
    const changed = !isSafe(request.method) && response.status < 400;
    if (changed) ports.invalidate(request.key);
    return deliverAnswer(answer, exchange);
  } catch (error) {
    return deliverFailure(asOriginError(error), exchange);
  }
}
