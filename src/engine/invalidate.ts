import { parseCacheGroups } from "../http/cache-groups.ts";
import { type FieldLines, fieldValue } from "../http/field-lines.ts";
import { isSafe } from "../http/methods.ts";
import type { FlightBoard } from "./key-flights.ts";
import type { LookupPorts } from "./lookup.ts";
import { type CacheRequest, originOf, type RequestRules } from "./cache-request.ts";
import { keyOf } from "./normalize-request.ts";
import { groupScope } from "./store-response.ts";

/** What invalidation reaches. */
export interface InvalidationPorts extends LookupPorts {
  readonly board: FlightBoard;
  readonly rules: RequestRules;
}

/** Response fields that name other URIs which an unsafe request has changed (RFC 9111 §4.4). */
const URI_FIELDS = ["location", "content-location"];

/** Takes out of use what is no longer true. */
export class Invalidation {
  readonly #ports: InvalidationPorts;

  constructor(ports: InvalidationPorts) {
    this.#ports = ports;
  }

  /** Everything stored for a URI or under way to it; and what another query stored that would answer for it. */
  uri(uri: string): void {
    const { board, store, aliases } = this.#ports;
    aliases.invalidate(uri);
    for (const affected of [uri, ...aliases.candidates(uri)]) {
      board.doom(affected);
      store.remove(affected);
    }
  }

  /**
   * What the answer to an unsafe request has made untrue: its target, the URIs of the same origin that its fields name
   * (RFC 9111 §4.4), and the groups they name (RFC 9875 §3). Nothing when it was an error.
   */
  byAnswer(request: CacheRequest, status: number, fields: FieldLines): void {
    if (isSafe(request.method) || status < 200 || status >= 400) return;
    this.uri(request.uri);
    for (const name of URI_FIELDS) {
      const named = this.#sameOrigin(fieldValue(fields, name), request);
      if (named !== undefined) this.uri(named);
    }
    for (const group of parseCacheGroups(fieldValue(fields, "cache-group-invalidation"))) {
      this.#ports.epochs.invalidate(groupScope(request.origin, group));
    }
  }

  /** The key of the URI that a field refers to, if it is of the same origin: nobody else's can be invalidated. */
  #sameOrigin(reference: string | undefined, request: CacheRequest): string | undefined {
    const uri = resolveReference(reference, request.uri);
    if (uri === undefined || originOf(uri) !== request.origin) return undefined;
    return keyOf(uri, this.#ports.rules);
  }
}

/** An absolute URI from a reference in a response field (RFC 9110 §10.2.2, §8.7); `undefined` where it is none. */
export function resolveReference(reference: string | undefined, base: string): string | undefined {
  if (reference === undefined || !URL.canParse(reference, base)) return undefined;
  const { href, hash } = new URL(reference, base);
  return hash === "" ? href : href.slice(0, -hash.length);
}
