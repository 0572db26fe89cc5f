import type { Exchange } from "./exchange.ts";

/** Name of this cache in `Cache-Status`. */
const CACHE_NAME = "lacquer";

/** The `Cache-Status` member that tells what became of a request (RFC 9211 §2). */
export function cacheStatus(exchange: Exchange): string {
  let member = CACHE_NAME;
  if (exchange.forwardReason === undefined) {
    if (exchange.outcome !== "rejected") member += "; hit";
  } else {
    member += `; fwd=${exchange.forwardReason}`;
    if (exchange.originStatus !== undefined) member += `; fwd-status=${exchange.originStatus}`;
  }
  if (exchange.ttl !== undefined) member += `; ttl=${exchange.ttl}`;
  if (exchange.stored && exchange.forwardReason !== undefined) member += "; stored";
  if (exchange.collapsed) member += "; collapsed";
  if (exchange.detail !== undefined) member += `; detail=${exchange.detail}`;
  return member;
}
