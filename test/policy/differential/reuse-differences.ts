import type { SpeltDirective } from "./exchange.ts";
import type { KnownDifference } from "./known-difference.ts";
import { OracleView } from "./oracle.ts";
import { argumentOf, changed, directive, has, named, says, withAgain, withControl, without } from "./rewriting.ts";

/** What differs in the reuse for a later request. */
export const REUSE: readonly KnownDifference[] = [
  {
    name: "a reload of what is immutable",
    reason: "RFC 8246 §2: fresh and immutable, it needs no validation for the sake of max-age",
    rewrite: (exchange) => {
      const { response, again } = exchange;
      const isConcerned = says(response.control, "immutable") && says(again.control, "max-age");
      if (!isConcerned || !new OracleView(exchange).isFresh) return exchange;
      return withAgain(exchange, without(again.control, named("max-age")));
    },
  },
  {
    name: "stale-while-revalidate for who names an age",
    reason: "RFC 9111 §5.2.1.1, §5.2.1.3: who wants an age or freshness does not want stale; the oracle gives it",
    rewrite: (exchange) => {
      const { response: { control }, again } = exchange;
      const namesAge = says(again.control, "max-age") && !says(again.control, "max-stale");
      const isNamed = namesAge || says(again.control, "min-fresh");
      return isNamed ? withControl(exchange, without(control, named("stale-while-revalidate"))) : exchange;
    },
  },
  {
    name: "max-stale beside stale-while-revalidate",
    reason: "RFC 9111 §5.2.1.2: beyond max-stale it is not wanted; RFC 5861 §3: up to there it is refreshed while used",
    rewrite: (exchange) => {
      const { response: { control }, again } = exchange;
      const maxStale = again.control?.find(named("max-stale"));
      const window = argumentOf(control, "stale-while-revalidate");
      if (maxStale === undefined || window === undefined) return exchange;
      const { age, lifetime } = new OracleView(exchange);
      const staleness = age - lifetime;
      if (staleness < 0 || staleness >= window) return exchange;
      const isYoung = age <= (argumentOf(again.control, "max-age") ?? Infinity);
      return isYoung && staleness <= Number(maxStale.argument ?? Infinity)
        ? withAgain(exchange, without(again.control, named("max-stale")))
        : withControl(exchange, without(control, named("stale-while-revalidate")));
    },
  },
  {
    name: "staleness of exactly max-stale",
    reason: "RFC 9111 §5.2.1.2: no more than the specified number; for the oracle it has to be less",
    rewrite: (exchange) => {
      const { control } = exchange.again;
      const slightlyMore = (directive: SpeltDirective) => ({ ...directive, argument: `${directive.argument}.001` });
      const isNumber = ({ name, argument }: SpeltDirective) => name === "max-stale" && argument !== undefined;
      return withAgain(exchange, changed(control, isNumber, slightlyMore));
    },
  },
  {
    name: "min-fresh=0 at the moment freshness ends",
    reason: "RFC 9111 §4.2: fresh means a lifetime greater than the age; for the oracle max-stale still helps then",
    rewrite: (exchange) => {
      const { control } = exchange.again;
      if (!says(control, "min-fresh") || !says(control, "max-stale")) return exchange;
      return withAgain(exchange, without(control, named("max-stale")));
    },
  },
  {
    name: "stale-if-error of a request",
    reason: "RFC 5861 §4: a request may ask for it too; the oracle knows that of responses",
    rewrite: (exchange) => {
      const { response: { control }, again } = exchange;
      const wanted = argumentOf(again.control, "stale-if-error");
      const allowed = argumentOf(control, "stale-if-error");
      if (wanted === undefined || wanted <= (allowed ?? 0)) return exchange;
      return withControl(exchange, [
        ...(without(control, named("stale-if-error")) ?? []),
        directive("stale-if-error", String(wanted)),
      ]);
    },
  },
  {
    name: "a stand-in for who wants it confirmed",
    reason: "RFC 9111 §5.2.1.4: no-cache means no use without validation, unless stale-if-error asks for it",
    rewrite: (exchange) => {
      const { response: { control }, again } = exchange;
      const wantsConfirmed = says(again.control, "no-cache") || has(again.pragma, "no-cache");
      if (!wantsConfirmed || says(again.control, "stale-if-error")) return exchange;
      return withControl(exchange, [...(without(control, named("stale-if-error")) ?? []), directive("no-cache")]);
    },
  },
];
