import { formatHttpDate } from "../../../src/http/http-date.ts";
import { type Exchange, RECEIVED, type Spelt, type SpeltResponse } from "./exchange.ts";
import type { KnownDifference } from "./known-difference.ts";
import { NOTHING, number, withResponse } from "./rewriting.ts";

/** What differs in the use of a 304. */
export const CONFIRMATION: readonly KnownDifference[] = [
  {
    name: "a 304 without validators",
    reason: "RFC 9111 §4.3.4 does not say what it updates; it answers our question, which was about one response",
    rewrite: (exchange) => {
      const { response, notModified } = exchange;
      if (notModified.entityTag !== undefined || notModified.lastModified?.meaning !== undefined) return exchange;
      const { entityTag, lastModified } = response;
      if (entityTag !== undefined) return withNotModified(exchange, { entityTag });
      if (lastModified?.meaning === undefined) return exchange;
      // One that is no date takes the place of the stored one all the same.
      const isReplaced = notModified.lastModified !== undefined;
      return isReplaced
        ? withResponse(exchange, { lastModified: NOTHING })
        : withNotModified(exchange, { lastModified });
    },
  },
  {
    name: "a weak tag in a 304 for what has no tag",
    reason: "RFC 9111 §4.3.4: its validator is none of the stored response; the oracle goes on to Last-Modified",
    rewrite: (exchange) => {
      const { response, notModified } = exchange;
      const isWeak = notModified.entityTag?.text.startsWith("W/") === true;
      if (!isWeak || response.entityTag !== undefined) return exchange;
      return withNotModified(exchange, { lastModified: undefined });
    },
  },
  {
    name: "a tag that a 304 weakens",
    reason:
      "RFC 9110 §8.8.1: the stored bytes are those that the stored tag names; the oracle takes the other one over",
    rewrite: (exchange) => {
      const { response: { entityTag }, notModified } = exchange;
      const opaque = (tag: Spelt<string> | undefined) => tag?.text.replace("W/", "");
      const isOther = entityTag?.text !== notModified.entityTag?.text;
      const isSame = entityTag !== undefined && opaque(entityTag) === opaque(notModified.entityTag);
      return isOther && isSame ? withNotModified(exchange, { entityTag }) : exchange;
    },
  },
  {
    name: "Date and Age of what a 304 confirms",
    reason:
      "RFC 9111 §4.2.3, RFC 9110 §6.6.1: they are those of the 304, and of its receipt; the oracle keeps the stored",
    rewrite: (exchange) => {
      const receipt = RECEIVED + exchange.elapsed * 1000;
      const date = exchange.notModified.date ?? { text: formatHttpDate(receipt), meaning: receipt };
      const apparent = (receipt - (date.meaning ?? receipt)) / 1000;
      const age = number(Math.max(0, apparent, exchange.notModified.age?.meaning ?? 0));
      return withNotModified(exchange, { date, age });
    },
  },
  {
    name: "fields that a 304 adds",
    reason: "RFC 9111 §3.2: each field that the 304 brings is added; the oracle only replaces those that are there",
    rewrite: (exchange) => {
      const { response, notModified } = exchange;
      const { control, date, expires, lastModified, age } = response;
      const added = Object.keys(notModified.others).filter((name) => !(name in response.others));
      return withResponse(exchange, {
        control: control ?? (notModified.control && []),
        date: date ?? (notModified.date && NOTHING),
        expires: expires ?? (notModified.expires && NOTHING),
        lastModified: lastModified ?? (notModified.lastModified && NOTHING),
        age: age ?? (notModified.age && NOTHING),
        others: { ...response.others, ...Object.fromEntries(added.map((name) => [name, ""])) },
      });
    },
  },
];

function withNotModified(exchange: Exchange, changes: Partial<SpeltResponse>): Exchange {
  return { ...exchange, notModified: { ...exchange.notModified, ...changes } };
}
