import { parseCacheGroups } from "../http/cache-groups.ts";
import { type FieldLines, fieldValue } from "../http/field-lines.ts";
import { isSafe } from "../http/methods.ts";
import { originOf } from "../http/uri-parts.ts";
import type { EpochScope, Mark } from "../invalidation/epochs.ts";
import type { CompiledPurge } from "../invalidation/purges.ts";
import { groupTag } from "../policy/tags.ts";
import { isValid } from "../storage/validity.ts";
import type { Clock } from "../time/clock.ts";
import type { CacheRequest, RequestRules } from "./cache-request.ts";
import type { LookupPorts } from "./lookup.ts";
import { keyOf } from "./normalize-request.ts";
import type { Reclaimer } from "./reclaimer.ts";

/** What invalidation reaches. */
export interface InvalidationPorts extends LookupPorts {
  readonly rules: RequestRules;
  readonly clock: Clock;
  readonly reclaimer: Reclaimer;
}

/** Response fields that name other URIs which an unsafe request has changed (RFC 9111 §4.4). */
const URI_FIELDS = ["location", "content-location"];

/** So many responses of a URI are removed while its purge is waited for. */
const MAX_AT_ONCE = 64;

/** Takes out of use what is no longer true: what is stored, and what is still on its way. */
export class Invalidation {
  readonly #ports: InvalidationPorts;

  constructor(ports: InvalidationPorts) {
    this.#ports = ports;
  }

  /** Purges. From its return on nobody gets what it covers. */
  apply(purge: CompiledPurge): Mark {
    const { purges, clock } = this.#ports;
    const mark = { sequence: purges.order.advance(), at: clock.monotonic() };
    this.replay(purge, mark);
    return mark;
  }

  /** Purges as of a place in the order that has been given out. */
  replay(purge: CompiledPurge, mark: Mark): void {
    const { purges, aliases, reclaimer } = this.#ports;
    purges.apply(purge, mark);
    for (const scope of purge.scopes) {
      aliases.invalidate(scope, mark);
      if (scope.kind === "url" && !purge.soft) this.#discardSome(scope.url);
    }
    reclaimer.reclaim(purge, mark.sequence);
  }

  /** Mostly there are few, and their memory is given back at once; what many QUERYs have asked for is left for later. */
  #discardSome(uri: string): void {
    const { store, purges } = this.#ports;
    let left = MAX_AT_ONCE;
    for (const stored of store.ofUri(uri)) {
      if (left-- === 0) return;
      if (!isValid(stored, purges)) store.discard(stored); // noted in it for those who hold it still
    }
  }

  /** Everything stored for a URI or under way to it; and what another query stored that would answer for it. */
  uri(uri: string): void {
    this.apply({ scopes: this.scopesOf(uri), bans: [], soft: false });
  }

  /** What has to be invalidated for nothing to answer a URI any more. */
  scopesOf(uri: string): readonly EpochScope[] {
    return [uri, ...this.#ports.aliases.candidates(uri)].map((url) => ({ kind: "url", url }));
  }

  /**
   * What the answer to an unsafe request has made untrue: its target, the URIs of the same origin that its fields name
   * (RFC 9111 §4.4), and the groups they name (RFC 9875 §3). Nothing when it was an error.
   */
  byAnswer(request: CacheRequest, status: number, fields: FieldLines): void {
    if (isSafe(request.method) || status < 200 || status >= 400) return;
    const uris = [request.uri, ...URI_FIELDS.flatMap((name) => this.#sameOrigin(fieldValue(fields, name), request))];
    const groups = parseCacheGroups(fieldValue(fields, "cache-group-invalidation"));
    const tags = groups.map((group): EpochScope => ({ kind: "tag", tag: groupTag(request.origin, group) }));
    this.apply({ scopes: [...uris.flatMap((uri) => this.scopesOf(uri)), ...tags], bans: [], soft: false });
  }

  /** The key of the URI that a field refers to, if it is of the same origin: nobody else's can be invalidated. */
  #sameOrigin(reference: string | undefined, request: CacheRequest): readonly string[] {
    const uri = resolveReference(reference, request.uri);
    if (uri === undefined || originOf(uri) !== request.origin) return [];
    return [keyOf(uri, this.#ports.rules)];
  }
}

/** An absolute URI from a reference in a response field (RFC 9110 §10.2.2, §8.7); `undefined` where it is none. */
export function resolveReference(reference: string | undefined, base: string): string | undefined {
  if (reference === undefined || !URL.canParse(reference, base)) return undefined;
  const { href, hash } = new URL(reference, base);
  return hash === "" ? href : href.slice(0, -hash.length);
}
