import { reuse } from "../policy/reuse.ts";
import { selects } from "../policy/vary.ts";
import type { ResponseStore, StoredResponse } from "../storage/response-store.ts";
import type { MonotonicMs } from "../time/clock.ts";
import type { ForwardReason } from "./exchange.ts";
import type { CacheRequest } from "./normalize-request.ts";

/** What the store holds for a request, and so which way the request goes. */
export type Lookup =
  | { readonly outcome: "hit"; readonly stored: StoredResponse }
  /** Inside stale-while-revalidate: deliver now, refresh behind. */
  | { readonly outcome: "stale"; readonly stored: StoredResponse }
  /** `validated` is what the origin is asked to confirm, and what may stand in when it fails. */
  | { readonly outcome: "miss"; readonly reason: ForwardReason; readonly validated?: StoredResponse }
  | { readonly outcome: "pass"; readonly reason: ForwardReason };

/** What the origin has to be asked for. */
export type Miss = Extract<Lookup, { outcome: "miss" }>;

/** Chooses among the stored variants of a key the newest one that the request selects (RFC 9111 §4, §4.1). */
export function lookup(store: ResponseStore, request: CacheRequest, now: MonotonicMs): Lookup {
  if (!request.cacheable) return { outcome: "pass", reason: "method" };
  const variants = store.get(request.key);
  if (variants === undefined) return { outcome: "miss", reason: "uri-miss" };
  const stored = variants.find((variant) => selects(variant, request));
  if (stored === undefined) return { outcome: "miss", reason: "vary-miss" };
  switch (reuse(stored, now)) {
    case "fresh":
      return { outcome: "hit", stored };
    case "stale-while-revalidate":
      return { outcome: "stale", stored };
    case "validate":
      return { outcome: "miss", reason: "stale", validated: stored };
    case "expired":
      return { outcome: "miss", reason: "stale" };
  }
}
