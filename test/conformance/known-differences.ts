// Tests of the suite that Lacquer does not pass, and why. One that starts to pass fails the run until it is removed.
import type { Kind } from "./suite-result.ts";

/** A test that is known not to pass. */
export interface KnownDifference {
  readonly id: string;
  readonly kind: Exclude<Kind, "check">;
  /** One sentence, with the section that decides. */
  readonly reason: string;
  /** The one runtime it is known on. Default all. */
  readonly on?: "bun" | "deno" | "node";
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  ...required(
    "RFC 9111 §5.1: a value of `Age` that is not a non-negative integer should be ignored, so the response is fresh by " +
      "its `max-age`; the test wants it to be stale.",
    ["age-parse-nonnumeric", "age-parse-negative", "age-parse-float"],
  ),
  ...required(
    "RFC 9111 §5.1: of several values of `Age` the first should be used and the others discarded, and by the first the " +
      "response is fresh; the test wants it to be stale.",
    ["age-parse-prefix-twoline", "age-parse-dup-0", "age-parse-dup-0-twoline", "age-parse-dup-old"],
  ),
  ...required(
    "RFC 9111 §4.2.4 and §5.2.2: a cache that may not use the stale response and cannot reach the origin answers with an " +
      "error, best 504. Lacquer does; the test takes every answer without the fields of its own origin for a cached one.",
    ["stale-close-must-revalidate", "stale-close-proxy-revalidate", "stale-close-no-cache", "stale-close-s-maxage=2"],
  ),
  ...required(
    "RFC 9111 §4.3.4: a 304 with a strong validator that no stored response has must not update any; Lacquer fetches " +
      "the response anew. The test wants the stored one to be confirmed.",
    ["304-etag-update-response-ETag"],
  ),
  ...required(
    "RFC 9112 §6.1 and §7: the origin sends a transfer coding that nobody registered and the request did not offer to " +
      "take, so where the content ends and what it says is unknown; Lacquer answers 502 (RFC 9110 §15.6.3).",
    ["headers-store-Transfer-Encoding"],
  ),
  ...required(
    "RFC 9111 §7.3 lets responses with `Set-Cookie` be stored, and §3.1 their fields with them. Lacquer never gives the " +
      "cookie of one client to another: such responses are not stored, or by configuration without the field.",
    ["headers-store-Set-Cookie", "304-etag-update-response-Set-Cookie"],
  ),
  ...optimal(
    "RFC 9111 §4.3.2: without `Last-Modified`, `Date` is compared with `If-Modified-Since`; here it is later, so the " +
      "client's copy is older and gets a 200.",
    ["conditional-lm-fresh-no-lm"],
  ),
  ...optimal(
    "RFC 9110 §14.4: the origin announces `bytes 4-9/10`, six bytes, and sends five; for `Range: bytes=-5` the part is " +
      "`bytes 5-9/10`. Lacquer passes such a response on and does not store it (RFC 9111 §3.3).",
    [
      "partial-store-partial-reuse-partial",
      "partial-store-partial-reuse-partial-byterange",
      "partial-store-partial-reuse-partial-absent",
      "partial-store-partial-reuse-partial-suffix",
    ],
  ),
  ...optimal(
    "RFC 9111 §3.4: parts are combined only when they share a strong validator, and this one has none; its " +
      "`Content-Range` is not the range asked for either.",
    ["partial-store-partial-complete"],
  ),
];

function required(reason: string, ids: readonly string[]): KnownDifference[] {
  return ids.map((id) => ({ id, kind: "required", reason }));
}

function optimal(reason: string, ids: readonly string[]): KnownDifference[] {
  return ids.map((id) => ({ id, kind: "optimal", reason }));
}
