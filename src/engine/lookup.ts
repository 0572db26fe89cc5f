import type { Purges } from "../invalidation/purges.ts";
import { holdsWhatIsAsked } from "../policy/partial.ts";
import { reuse } from "../policy/reuse.ts";
import { selects } from "../policy/vary.ts";
import type { ResponseStore, StoredResponse } from "../storage/response-store.ts";
import { isValid } from "../storage/validity.ts";
import type { MonotonicMs } from "../time/clock.ts";
import type { ForwardReason } from "./exchange.ts";
import type { CacheRequest } from "./cache-request.ts";
import type { SearchAliases } from "./search-aliases.ts";

/** What the store holds for a request, and so which way the request goes. */
export type Lookup =
  | { readonly outcome: "hit"; readonly stored: StoredResponse }
  /** Inside stale-while-revalidate: deliver now, refresh behind. */
  | { readonly outcome: "stale"; readonly stored: StoredResponse }
  | Miss
  | { readonly outcome: "pass"; readonly reason: ForwardReason };

/** What the origin has to be asked for. */
export interface Miss {
  readonly outcome: "miss";
  readonly reason: ForwardReason;
  /** What the origin is asked to confirm, and what may stand in when it fails. */
  readonly validated?: StoredResponse;
  /** A part of what is asked for, of which the rest is missing. */
  readonly partial?: StoredResponse;
}

/** Where responses are looked for. */
export interface LookupPorts {
  readonly store: ResponseStore;
  readonly purges: Purges;
  readonly aliases: SearchAliases;
}

/** Chooses among the stored variants of a key the newest one that the request selects (RFC 9111 §4, §4.1). */
export function lookup(ports: LookupPorts, request: CacheRequest, now: MonotonicMs): Lookup {
  if (!request.cacheable) return { outcome: "pass", reason: "method" };
  const variants = ports.store.get(request.key);
  const nothing = request.content === undefined ? URI_MISS : MISS;
  const found = variants === undefined ? nothing : choose(variants, request, { ports, now });
  return found.outcome === "miss" ? lookupAlias(ports, request, now) ?? found : found;
}

const URI_MISS: Lookup = { outcome: "miss", reason: "uri-miss" };

/** Something may be stored for the URI, but nothing that this content asks for (RFC 9211 §2.2). */
const MISS: Lookup = { outcome: "miss", reason: "miss" };

interface Choice {
  readonly ports: LookupPorts;
  readonly now: MonotonicMs;
}

function choose(variants: readonly StoredResponse[], request: CacheRequest, { ports, now }: Choice): Lookup {
  let partial: StoredResponse | undefined;
  let wasPurged = false;
  for (const stored of variants) {
    if (!selects(stored, request)) continue;
    if (!isValid(stored, ports.purges)) {
      wasPurged = true;
      continue;
    }
    if (holdsWhatIsAsked(stored, request)) return judge(stored, request, now);
    partial ??= stored;
  }
  if (partial !== undefined) return { outcome: "miss", reason: "partial", partial };
  return { outcome: "miss", reason: wasPurged ? "stale" : "vary-miss" };
}

function judge(stored: StoredResponse, request: CacheRequest, now: MonotonicMs): Lookup {
  switch (reuse(stored, now, request.directives)) {
    case "fresh":
    case "max-stale":
      return { outcome: "hit", stored };
    case "stale-while-revalidate":
      return { outcome: "stale", stored };
    case "validate":
      return { outcome: "miss", reason: "stale", validated: stored };
    case "validate-on-request":
      return { outcome: "miss", reason: "request", validated: stored };
    case "expired":
      return { outcome: "miss", reason: "stale" };
  }
}

/** A fresh response to another query of the same path that says it answers this one too (No-Vary-Search). */
function lookupAlias(
  { store, purges, aliases }: LookupPorts,
  request: CacheRequest,
  now: MonotonicMs,
): Lookup | undefined {
  if (request.content !== undefined) return undefined;
  for (const key of aliases.candidates(request.uri)) {
    for (const stored of store.get(key) ?? []) {
      if (!aliases.answers(stored, request.uri) || !selects(stored, request) || !holdsWhatIsAsked(stored, request)) {
        continue;
      }
      if (!isValid(stored, purges)) continue;
      if (reuse(stored, now, request.directives) === "fresh") return { outcome: "hit", stored };
    }
  }
  return undefined;
}
