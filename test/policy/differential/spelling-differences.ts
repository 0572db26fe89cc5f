import { formatHttpDate } from "../../../src/http/http-date.ts";
import type { Exchange, Spelt, SpeltControl, SpeltDirective, SpeltRequest, SpeltResponse } from "./exchange.ts";
import type { KnownDifference } from "./known-difference.ts";
import { changed, directive, has, named, NOTHING, withArgument, without, withResponse } from "./rewriting.ts";

/** What only the oracle reads otherwise: spelling. */
export const SPELLING: readonly KnownDifference[] = [
  {
    name: "directive names in upper case",
    reason: "RFC 9111 §5.2: names are case-insensitive; the oracle compares them as they are",
    rewrite: everyControl((control) => changed(control, ({ name, spelling }) => name !== spelling, lowerCase)),
  },
  {
    name: "a comma in a quoted string",
    reason: "RFC 9110 §5.6.4: what is quoted is one argument; the oracle reads directives out of it",
    rewrite: everyControl((control) => without(control, ({ name, argument }) => name === "ext" && has(argument, ","))),
  },
  {
    name: "private for some fields only",
    reason: "RFC 9111 §5.2.2.7: only these fields may not be stored; the oracle stores nothing",
    rewrite: responseControls((control) => without(control, (directive) => isQualified(directive, "private"))),
  },
  {
    name: "no-cache for some fields only",
    reason: "RFC 9111 §5.2.2.4: the rest may be reused; the oracle reuses nothing",
    rewrite: responseControls((control) => without(control, (directive) => isQualified(directive, "no-cache"))),
  },
  {
    name: "a lifetime that is no number",
    reason: "RFC 9111 §4.2.1, §1.2.2: invalid means stale; the oracle reads 60s as 60 and nothing as absent",
    rewrite: responseControls((control) => changed(control, isUnreadable, withArgument("0"))),
  },
  {
    name: "more seconds than a number holds",
    reason: "RFC 9111 §1.2.2: counts as 2^31",
    rewrite: everyControl((control) =>
      changed(control, ({ argument }) => Number(argument) > 2 ** 31, withArgument(String(2 ** 31)))
    ),
  },
  {
    name: "a wish that is no number",
    reason: "RFC 9111 §5.2.1, §1.2.2: what cannot be read counts as the strictest wish; the oracle reads 60s as 60",
    rewrite: requestControls((control) =>
      changed(control, (directive) => isUnreadable(directive) && !isAnyStaleness(directive), strictest)
    ),
  },
  {
    name: "a lifetime said twice",
    reason: "RFC 9111 §4.2.1: the first, or stale; we take the shortest, the oracle the last",
    rewrite: responseControls((control) => LIFETIMES.reduce((known, name) => onlyOne(known, name, Math.min), control)),
  },
  {
    name: "a wish said twice",
    reason: "RFC 9111 §4.2.1: as for responses; we take the strictest, the oracle the last",
    rewrite: requestControls((control) =>
      WISHES.reduce((known, name) => onlyOne(known, name, name === "min-fresh" ? Math.max : Math.min), control)
    ),
  },
  {
    name: "an Age that is no number",
    reason: "RFC 9111 §5.1: the first member counts, and what is invalid is ignored; the oracle takes leading digits",
    rewrite: everyResponse((response) => {
      const age = response.age && spelt(response.age, String);
      return age?.text === response.age?.text ? response : { ...response, age };
    }),
  },
  {
    name: "a date that is no HTTP date, or in another format",
    reason: "RFC 9110 §5.6.7, RFC 9111 §5.3: such an Expires is past; the oracle takes all that Date.parse() takes",
    rewrite: everyResponse(withDates),
  },
  {
    name: "an ETag that is no entity tag",
    reason: "RFC 9110 §8.8.3: what is no entity tag validates nothing; the oracle sends and compares any text",
    rewrite: everyResponse((response) =>
      response.entityTag !== undefined && response.entityTag.meaning === undefined
        ? { ...response, entityTag: undefined }
        : response
    ),
  },
  {
    name: "another spelling of the same preferences",
    reason: "RFC 9111 §4.1: fields that mean the same may be normalised; the oracle compares letters",
    rewrite: everyRequest((request) => {
      const encoding = request.encoding && spelt(request.encoding, (meaning) => meaning);
      const language = request.language && spelt(request.language, (meaning) => meaning);
      const isSame = encoding?.text === request.encoding?.text && language?.text === request.language?.text;
      return isSame ? request : { ...request, encoding, language };
    }),
  },
  {
    name: "Pragma in a response",
    reason: "RFC 9111 §5.4: it is defined for requests only; the oracle obeys it",
    rewrite: (exchange) =>
      exchange.response.pragma === undefined ? exchange : withResponse(exchange, { pragma: undefined }),
  },
  {
    name: "Pragma beside Cache-Control",
    reason: "RFC 9111 §5.4: it counts only where there is no Cache-Control; the oracle always obeys it",
    rewrite: everyRequest((request) =>
      request.pragma !== undefined && request.control !== undefined ? { ...request, pragma: undefined } : request
    ),
  },
  {
    name: "Pragma that holds no-cache in another word",
    reason: "RFC 9111 §5.4: no-cache is a member of the list; the oracle finds it anywhere",
    rewrite: everyRequest((request) => request.pragma === "xno-cache" ? { ...request, pragma: undefined } : request),
  },
];

const LIFETIMES = ["max-age", "s-maxage", "stale-while-revalidate", "stale-if-error"];

const WISHES = ["max-age", "max-stale", "min-fresh", "stale-if-error"];

function isQualified({ name, isQuoted }: SpeltDirective, wanted: string): boolean {
  return name === wanted && isQuoted === true;
}

function isUnreadable({ name, argument }: SpeltDirective): boolean {
  return [...LIFETIMES, ...WISHES].includes(name) && !/^\d+$/.test(argument ?? "");
}

/** `max-stale` alone: any staleness is accepted. */
function isAnyStaleness({ name, argument }: SpeltDirective): boolean {
  return name === "max-stale" && argument === undefined;
}

function strictest(directive: SpeltDirective): SpeltDirective {
  return { ...directive, argument: directive.name === "min-fresh" ? "9".repeat(15) : "0" };
}

function lowerCase(directive: SpeltDirective): SpeltDirective {
  return { ...directive, spelling: directive.name };
}

/** The control with one directive of a name, whose argument is chosen among those of all. */
function onlyOne(control: SpeltControl, name: string, choose: (...values: number[]) => number): SpeltControl {
  const all = control?.filter(named(name)) ?? [];
  if (all.length < 2) return control;
  const value = choose(...all.map(({ argument }) => argument === undefined ? Infinity : Number(argument)));
  const one = value === Infinity ? directive(name) : directive(name, String(value));
  return [...(without(control, named(name)) ?? []), one];
}

function spelt<Meaning>({ text, meaning }: Spelt<Meaning>, spell: (meaning: Meaning) => string) {
  return meaning === undefined
    ? undefined
    : spell(meaning) === text
    ? { text, meaning }
    : { text: spell(meaning), meaning };
}

const PAST: Spelt<number> = { text: formatHttpDate(0), meaning: 0 };

function withDates(response: SpeltResponse): SpeltResponse {
  const date = response.date && spelt(response.date, formatHttpDate);
  const expires = response.expires && (spelt(response.expires, formatHttpDate) ?? PAST);
  // An empty one is still a field, which in a 304 takes the place of the stored one, but no date for the oracle either.
  const lastModified = response.lastModified && (spelt(response.lastModified, formatHttpDate) ?? NOTHING);
  const isSame = date?.text === response.date?.text && expires?.text === response.expires?.text &&
    lastModified?.text === response.lastModified?.text;
  return isSame ? response : { ...response, date, expires, lastModified };
}

function everyResponse(change: (response: SpeltResponse) => SpeltResponse): (exchange: Exchange) => Exchange {
  return (exchange) => {
    const response = change(exchange.response);
    const notModified = change(exchange.notModified);
    const isSame = response === exchange.response && notModified === exchange.notModified;
    return isSame ? exchange : { ...exchange, response, notModified };
  };
}

function everyRequest(change: (request: SpeltRequest) => SpeltRequest): (exchange: Exchange) => Exchange {
  return (exchange) => {
    const request = change(exchange.request);
    const again = change(exchange.again);
    return request === exchange.request && again === exchange.again ? exchange : { ...exchange, request, again };
  };
}

function responseControls(change: (control: SpeltControl) => SpeltControl): (exchange: Exchange) => Exchange {
  return everyResponse((response) => {
    const control = change(response.control);
    return control === response.control ? response : { ...response, control };
  });
}

function requestControls(change: (control: SpeltControl) => SpeltControl): (exchange: Exchange) => Exchange {
  return everyRequest((request) => {
    const control = change(request.control);
    return control === request.control ? request : { ...request, control };
  });
}

function everyControl(change: (control: SpeltControl) => SpeltControl): (exchange: Exchange) => Exchange {
  return (exchange) => requestControls(change)(responseControls(change)(exchange));
}
