import { type Exchange, RECEIVED, type SpeltControl, type SpeltDirective } from "./exchange.ts";
import type { KnownDifference } from "./known-difference.ts";
import { OracleView } from "./oracle.ts";
import {
  argumentOf,
  changed,
  directive,
  has,
  named,
  number,
  says,
  withAgain,
  withArgument,
  withControl,
  without,
  withResponse,
} from "./rewriting.ts";

/** What the oracle does not know, or takes for more than it is. */
export const RULES: readonly KnownDifference[] = [
  {
    name: "CDN-Cache-Control",
    reason: "RFC 9213 §2.2: it replaces Cache-Control and Expires; the oracle does not know it",
    rewrite: (exchange) => {
      const { target } = exchange.response;
      if (target === undefined) return exchange;
      return withResponse(exchange, { control: lastOfEach(target), target: undefined, expires: undefined });
    },
  },
  {
    name: "must-understand beside no-store",
    reason: "RFC 9111 §5.2.2.3: a cache that knows the status ignores no-store; the oracle knows no must-understand",
    rewrite: (exchange) => {
      const { control, status } = exchange.response;
      const isOutweighed = says(control, "must-understand") && says(control, "no-store") && KNOWN_STATUSES.has(status);
      return isOutweighed ? withControl(exchange, without(control, named("no-store"))) : exchange;
    },
  },
  {
    name: "an error without explicit freshness",
    reason: "DESIGN §6: statuses from 400 on are stored only with explicit freshness",
    rewrite: (exchange) => exchange.response.status >= 400 && !isExplicit(exchange) ? notStored(exchange) : exchange,
  },
  {
    name: "a part that is exactly what was asked for",
    reason: "RFC 9111 §3.3: it may be stored under a strong validator; the oracle does not understand 206",
    rewrite: (exchange) => {
      const { status, entityTag, lastModified, date } = exchange.response;
      const modified = lastModified?.meaning ?? Infinity;
      const isOld = (date?.meaning ?? RECEIVED) - modified >= 60_000; // RFC 9110 §8.8.2.2
      const isStrong = entityTag?.text.startsWith('"') === true || isOld;
      const isKept = status === 206 && exchange.isExactPart && isStrong;
      return isKept ? withResponse(exchange, { status: 200 }) : exchange;
    },
  },
  {
    name: "HEAD",
    reason: "RFC 9111 §3: its answer may be stored, but could answer nothing but HEAD; we only freshen by it (§4.3.5)",
    rewrite: (exchange) => exchange.request.method === "HEAD" ? notStored(exchange) : exchange,
  },
  {
    name: "POST",
    reason: "RFC 9110 §9.3.3: it is for a later GET only where Content-Location says so, which is decided elsewhere",
    rewrite: (exchange) => exchange.request.method === "POST" ? notStored(exchange) : exchange,
  },
  {
    name: "Set-Cookie",
    reason: "DESIGN §6: responses that set cookies are not stored; the oracle stores them as stale",
    rewrite: (exchange) => exchange.response.hasCookie ? notStored(exchange) : exchange,
  },
  {
    name: "Vary: *",
    reason: "RFC 9111 §4.1: it matches no request, so it is of no use; the oracle stores it",
    rewrite: (exchange) => has(exchange.response.vary, "*") ? notStored(exchange) : exchange,
  },
  {
    name: "Vary with what is no field name",
    reason: "RFC 9110 §12.5.5: no request can be asked for it, so we store nothing; the oracle takes it for absent",
    rewrite: (exchange) => /not a|\(/.test(exchange.response.vary ?? "") ? notStored(exchange) : exchange,
  },
  {
    name: "the age that Date tells",
    reason: "RFC 9111 §4.2.3: apparent_age and response_delay count; the oracle knows the Age field alone",
    rewrite: (exchange) => {
      const { response, delay } = exchange;
      const apparent = (RECEIVED - (response.date?.meaning ?? RECEIVED)) / 1000;
      const age = Math.max(0, apparent, (response.age?.meaning ?? 0) + delay);
      return age === (response.age?.meaning ?? 0) ? exchange : withResponse(exchange, { age: number(age) });
    },
  },
  {
    name: "a guess for a request with cookies",
    reason: "RFC 9111 §4.2.2: a heuristic may be any; we make none for what may be a personal page",
    rewrite: (exchange) => exchange.request.hasCookie && isGuessed(exchange) ? lasting(exchange, 0) : exchange,
  },
  {
    name: "immutable without a lifetime",
    reason: "RFC 8246 §2: it holds during the freshness lifetime and gives none; the oracle makes it a day times 1000",
    rewrite: (exchange) => {
      const { control } = exchange.response;
      const isAlone = says(control, "immutable") && !says(control, "max-age") && !says(control, "s-maxage");
      // Only its spelling, for it still is what it is when the page is loaded again.
      const unknown = (directive: SpeltDirective) => ({ ...directive, spelling: "x-immutable" });
      return isAlone ? withControl(exchange, changed(control, named("immutable"), unknown)) : exchange;
    },
  },
  ...["must-revalidate", "proxy-revalidate", "s-maxage", "no-cache"].map((name): KnownDifference => ({
    name: `stale use despite ${name}`,
    reason: "RFC 9111 §4.2.4: neither max-stale nor RFC 5861 reach beyond it; for the oracle some or all do",
    rewrite: (exchange) => says(exchange.response.control, name) ? withoutStaleUse(exchange) : exchange,
  })),
  {
    name: "proxy-revalidate while fresh",
    reason: "RFC 9111 §5.2.2.8: it is about stale responses; for the oracle it ends freshness",
    rewrite: (exchange) => withControl(exchange, without(exchange.response.control, named("proxy-revalidate"))),
  },
  {
    name: "must-revalidate while fresh",
    reason: "RFC 9111 §5.2.2.2: it is about stale responses; the oracle never reuses such a response",
    rewrite: (exchange) => {
      const { control } = exchange.response;
      if (!says(control, "must-revalidate")) return exchange;
      // What lets it be shared although authorised must not get lost with it (§3.5).
      const shared = { ...exchange, request: { ...exchange.request, isAuthorized: false } };
      return withControl(shared, without(control, named("must-revalidate")));
    },
  },
  {
    name: "a guess of more than a day",
    reason: "RFC 9111 §4.2.2: a heuristic may be any; ours is a day at most",
    rewrite: (exchange) =>
      isGuessed(exchange) && new OracleView(exchange).lifetime > DAY ? lasting(exchange, DAY) : exchange,
  },
  {
    name: "a response of no use",
    reason: "RFC 9111 §3 permits storing and does not ask for it: neither fresh, nor useful stale, nor to be confirmed",
    rewrite: (exchange) => isUseless(exchange) ? notStored(exchange) : exchange,
  },
  {
    name: "an error for more than ten seconds",
    reason: "DESIGN §6: statuses from 400 on, 404 and 410 apart, are fresh for at most 10 s",
    rewrite: (exchange) => {
      const { status } = exchange.response;
      const isError = status >= 400 && status !== 404 && status !== 410;
      return isError && claimedLifetime(exchange) > 10 ? lasting(exchange, 10) : exchange;
    },
  },
  {
    name: "statuses beyond those the oracle lists",
    reason: "RFC 9111 §3: any final status may be stored, unless must-understand asks for more",
    rewrite: (exchange) => {
      const { status, control } = exchange.response;
      const mayBeStored = status >= 200 && status <= 599 && ![206, 304, 412, 416, ...ORACLE_STATUSES].includes(status);
      if (!mayBeStored || (says(control, "must-understand") && !KNOWN_STATUSES.has(status))) return exchange;
      return withResponse(exchange, { status: 302 });
    },
  },
];

const DAY = 86_400;

const ORACLE_STATUSES = [200, 203, 204, 300, 301, 302, 303, 307, 308, 404, 405, 410, 414, 501];

/** Final statuses of RFC 9110 §15, but for those that are never stored. */
const KNOWN_STATUSES = new Set([
  ...[...ORACLE_STATUSES, 201, 202, 205, 206, 305, 400, 401, 402, 403, 406, 407, 408, 409, 411, 413, 415, 417, 421],
  ...[422, 426, 500, 502, 503, 504, 505],
]);

/** Of a key repeated in a structured dictionary the last counts (RFC 9651 §3.2). */
function lastOfEach(control: SpeltControl): SpeltControl {
  return control?.filter(({ name }, index) => !control.slice(index + 1).some(named(name)));
}

function notStored(exchange: Exchange): Exchange {
  return withControl(exchange, [...(exchange.response.control ?? []), directive("no-store")]);
}

function isExplicit({ response: { control, expires } }: Exchange): boolean {
  return says(control, "s-maxage") || says(control, "max-age") || expires !== undefined;
}

/** Whether the lifetime is guessed from `Last-Modified`, where it may be guessed (RFC 9111 §4.2.2). */
function isGuessed(exchange: Exchange): boolean {
  const { lastModified, control, status } = exchange.response;
  const mayBeGuessed = says(control, "public") || HEURISTIC_STATUSES.has(status);
  return !isExplicit(exchange) && lastModified?.meaning !== undefined && mayBeGuessed;
}

const HEURISTIC_STATUSES = new Set([200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501]);

/** The exchange with another lifetime, whatever gave it one. */
function lasting(exchange: Exchange, seconds: number): Exchange {
  const { control } = exchange.response;
  // What lets it be shared although authorised must not get lost with it (§3.5).
  const isAuthorized = exchange.request.isAuthorized && !says(control, "s-maxage");
  const rest = without(without(control, named("s-maxage")), named("max-age")) ?? [];
  const request = { ...exchange.request, isAuthorized };
  return { ...withControl(exchange, [...rest, directive("max-age", String(seconds))]), request };
}

function withoutStaleUse(exchange: Exchange): Exchange {
  const { response: { control }, again } = exchange;
  const isWindow = ({ name }: SpeltDirective) => name === "stale-while-revalidate" || name === "stale-if-error";
  const wishes = changed(again.control, named("stale-if-error"), withArgument("0"));
  return withAgain(withControl(exchange, without(control, isWindow)), without(wishes, named("max-stale")));
}

/** Lifetime for the oracle, were the status one that it stores. */
function claimedLifetime(exchange: Exchange): number {
  return new OracleView(withResponse(exchange, { status: 200 })).lifetime;
}

function isUseless(exchange: Exchange): boolean {
  const { control, entityTag, lastModified } = exchange.response;
  if (entityTag !== undefined || lastModified?.meaning !== undefined) return false;
  if (says(control, "no-cache")) return true;
  const windows = [argumentOf(control, "stale-while-revalidate"), argumentOf(control, "stale-if-error")];
  return claimedLifetime(exchange) <= 0 && windows.every((seconds) => (seconds ?? 0) === 0);
}
