import { type Refusal, rejection } from "../http/rejection.ts";
import { cacheStatus } from "./cache-status.ts";
import type { Exchange } from "./exchange.ts";

const LOOP: Refusal = { ok: false, status: 508, reason: "the request has been here before" };

/** Answers a request that has come round to the cache it came from, and would wait for itself (RFC 5842 §7.2). */
export function refuseLoop(exchange: Exchange): Response {
  exchange.outcome = "rejected";
  exchange.status = LOOP.status;
  exchange.detail = "loop";
  exchange.cacheStatus = cacheStatus(exchange);
  const response = rejection(LOOP, { "cache-status": exchange.cacheStatus });
  exchange.finish(Number(response.headers.get("content-length")), true);
  return response;
}
