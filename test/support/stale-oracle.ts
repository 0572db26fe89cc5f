/**
 * What RFC 9111, RFC 5861 and DESIGN §3 say of the cases, written down without a look at the engine: the rules of stale
 * use as a few questions in order, those of request directives as a table.
 */
import type { Seconds } from "../../src/time/clock.ts";
import {
  KEEP_WINDOW,
  LIFETIME,
  type Moment,
  type OriginState,
  type Reachability,
  type RequestWish,
  type StaleCase,
  type StaleLimits,
  type Use,
} from "./stale-cases.ts";

/** What should become of a request for `stored`, `moment.age` seconds after it was made. */
export function expectedUse(stored: StaleCase, moment: Moment, origin: OriginState): Use {
  const staleness = moment.age - LIFETIME;
  const mayBeStale = allowsStaleUse(stored);
  // §4.2; but §5.2.2.4: no-cache is confirmed before each use, fresh or not.
  if (staleness < 0 && stored.base !== "max-age=10, no-cache") return "hit";
  // RFC 5861 §3 and §4.
  if (mayBeStale && staleness < openFor(stored, "staleWhileRevalidate")) return "stale+refresh";
  if (mayBeStale && staleness < openFor(stored, "staleIfError") && isError(origin)) return "stale-if-error";
  // DESIGN §3. All other windows of the cases end before this one.
  const isKept = staleness < KEEP_WINDOW;
  return answerOf(origin, { isKept, mayBeStale });
}

/** §4.2.4 names those that prohibit it; §5.2.2.10 has s-maxage imply proxy-revalidate. */
function allowsStaleUse({ base }: StaleCase): boolean {
  return base === "max-age=10" || base === "max-age=10, immutable";
}

/** What the response says counts, and the configuration where it says nothing. */
function openFor({ windows: { said, configured } }: StaleCase, name: keyof StaleLimits): Seconds {
  return said[name] ?? configured[name] ?? 0;
}

/** RFC 5861 §4: 500, 502, 503, 504, and an origin that gives no answer or not all of one. */
function isError(origin: OriginState): boolean {
  return !["200", "200, slow", "304", "404"].includes(origin);
}

interface Held {
  /** Whether the origin can be asked to confirm it. */
  readonly isKept: boolean;
  readonly mayBeStale: boolean;
}

/** Where nothing stored may be used without the origin. */
function answerOf(origin: OriginState, { isKept, mayBeStale }: Held): Use {
  switch (origin) {
    case "200":
    case "200, slow":
      return "new";
    case "304": // §4.3.4
      return isKept ? "confirmed" : "new";
    case "404": // §4.3.3: a full response answers the request, and a server error may
    case "500":
    case "502":
    case "503":
    case "504":
      return "passed";
    case "no first byte": // RFC 9110 §15.6.5
      return "504";
    case "refused":
    case "reset": // RFC 9110 §15.6.3; but §5.2.2.2: what must be confirmed and cannot be is a 504
      return isKept && !mayBeStale ? "504" : "502";
    case "cut short": // RFC 9112 §8: it must not look complete
      return "cut";
  }
}

/** Whether a later request finds what was stored, or something new: nothing but a success takes its place. */
export function expectedNext(stored: StaleCase, moment: Moment, origin: OriginState): "stored" | "new" {
  if (expectedUse(stored, moment, origin) === "hit") return "stored";
  const isKept = moment.age - LIFETIME < KEEP_WINDOW;
  return isKept && origin !== "200" && origin !== "200, slow" ? "stored" : "new";
}

type Row = readonly [fresh: Use, immutable: Use, window: Use, stale: Use, mustRevalidate: Use, nothing: Use];

/** What should become of a request with wishes of a trusted client, in the order of `STORED_STATES`. */
export const EXPECTED_WISHES: Readonly<Record<RequestWish, Readonly<Record<Reachability, Row>>>> = {
  "": {
    up: ["hit", "hit", "stale+refresh", "confirmed", "confirmed", "new"],
    down: ["hit", "hit", "stale+refresh", "502", "504", "502"],
  },
  // §5.2.1.1: a greater age is not wanted, nor a stale response. RFC 8246 §2: a mere reload does not touch immutable.
  "max-age=0": {
    up: ["confirmed", "hit", "confirmed", "confirmed", "confirmed", "new"],
    down: ["stale-if-error", "hit", "502", "502", "504", "502"],
  },
  "max-age=3": {
    up: ["confirmed", "hit", "confirmed", "confirmed", "confirmed", "new"],
    down: ["stale-if-error", "hit", "502", "502", "504", "502"],
  },
  "max-age=60": {
    up: ["hit", "hit", "confirmed", "confirmed", "confirmed", "new"],
    down: ["hit", "hit", "502", "502", "504", "502"],
  },
  // §5.2.1.3: what is left of freshness counts.
  "min-fresh=3": {
    up: ["hit", "hit", "confirmed", "confirmed", "confirmed", "new"],
    down: ["hit", "hit", "502", "502", "504", "502"],
  },
  "min-fresh=60": {
    up: ["confirmed", "confirmed", "confirmed", "confirmed", "confirmed", "new"],
    down: ["stale-if-error", "stale-if-error", "502", "502", "504", "502"],
  },
  // §5.2.1.2: stale is welcome, where the response does not forbid it (§4.2.4); in the window of RFC 5861 §3 it should
  // be refreshed while it is used.
  "max-stale": {
    up: ["hit", "hit", "stale+refresh", "hit", "confirmed", "new"],
    down: ["hit", "hit", "stale+refresh", "hit", "504", "502"],
  },
  "max-stale=2": {
    up: ["hit", "hit", "confirmed", "confirmed", "confirmed", "new"],
    down: ["hit", "hit", "502", "502", "504", "502"],
  },
  "max-stale=100": {
    up: ["hit", "hit", "stale+refresh", "hit", "confirmed", "new"],
    down: ["hit", "hit", "stale+refresh", "hit", "504", "502"],
  },
  // §5.2.1.1: max-age says nothing against stale where max-stale is also there.
  "max-age=60, max-stale": {
    up: ["hit", "hit", "stale+refresh", "hit", "confirmed", "new"],
    down: ["hit", "hit", "stale+refresh", "hit", "504", "502"],
  },
  // §5.2.1.4: nothing without successful validation.
  "no-cache": {
    up: ["confirmed", "confirmed", "confirmed", "confirmed", "confirmed", "new"],
    down: ["502", "502", "502", "502", "504", "502"],
  },
  // §5.2.1.5: says nothing of what is stored already; the rest is fetched for this client alone, and nothing confirmed
  // or refreshed in its name.
  "no-store": {
    up: ["hit", "hit", "hit", "new", "new", "new"],
    down: ["hit", "hit", "hit", "502", "504", "502"],
  },
  // §5.2.1.7: what is stored, or 504.
  "only-if-cached": {
    up: ["hit", "hit", "stale+refresh", "504", "504", "504"],
    down: ["hit", "hit", "stale+refresh", "504", "504", "504"],
  },
  // RFC 5861 §4: as if the response had said it; what it forbids stays forbidden.
  "stale-if-error=60": {
    up: ["hit", "hit", "stale+refresh", "confirmed", "confirmed", "new"],
    down: ["hit", "hit", "stale+refresh", "stale-if-error", "504", "502"],
  },
  "no-cache, stale-if-error=60": {
    up: ["confirmed", "confirmed", "confirmed", "confirmed", "confirmed", "new"],
    down: ["stale-if-error", "stale-if-error", "stale-if-error", "stale-if-error", "504", "502"],
  },
};
