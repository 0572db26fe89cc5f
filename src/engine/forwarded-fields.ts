import type { FieldLine } from "../http/field-lines.ts";
import { rebuildForwarded } from "../http/forwarded.ts";
import { endToEndFields } from "../http/hop-by-hop.ts";
import { decrementMaxForwards } from "../http/max-forwards.ts";
import { NORMALIZED_FIELDS } from "../http/negotiation.ts";
import type { CacheRequest, RequestRules } from "./cache-request.ts";

/** Fields written by the transport, or answered by the listener itself (`Expect`). */
const TRANSPORT_FIELDS = new Set(["host", "content-length", "expect"]);

/** The fields of a request as the origin gets them. */
export function forwardedFields(request: CacheRequest, rules: RequestRules): FieldLine[] {
  const received: FieldLine[] = [];
  for (const [name, value] of request.headers) {
    if (TRANSPORT_FIELDS.has(name) || NORMALIZED_FIELDS.includes(name)) continue;
    const kept = name === "max-forwards" && request.method === "OPTIONS" ? decrementMaxForwards(value) : value;
    if (kept !== undefined) received.push([name, kept]);
  }
  for (const name of NORMALIZED_FIELDS) {
    const value = request.normalizedValue(name);
    if (value !== undefined) received.push([name, value]);
  }
  const { address } = request.peer;
  return rebuildForwarded(endToEndFields(received), {
    address,
    trusted: rules.isTrusted(address),
    scheme: request.uri.slice(0, request.uri.indexOf(":")),
    host: request.host,
    instance: rules.instance,
    isSurrogate: rules.isSurrogate,
  });
}
