import { isSafe } from "../http/methods.ts";
import type { OriginRequest } from "./origin-client.ts";

/** Whether a request may be sent again after a failure: it changes nothing, and no part of it is used up (RFC 9110 §9.2.2). */
export function isRepeatable({ method, body, signal }: OriginRequest): boolean {
  return body === null && !signal?.aborted && isSafe(method);
}
