/**
 * What a request does that the store could not answer: read along with a fetch whose headers are in, wait for one that
 * may suit, or start one. The five cases of "predict to wait", in order.
 */
import { formatRangeSpec } from "../http/byte-range.ts";
import type { OriginError } from "../origin/origin-error.ts";
import type { MonotonicMs } from "../time/clock.ts";
import type { CacheRequest } from "./cache-request.ts";
import type { Flight, Representation } from "./flight.ts";
import type { AloneReason, Foresight } from "./foresight.ts";
import type { FlightBoard } from "./key-flights.ts";
import type { Route } from "./routes.ts";
import { hasCredentials, haveSameCredentials, mayShare, type SharingPorts } from "./sharing.ts";

/** Which way a request goes that has arrived at its key. */
export type Arrival =
  /** A fetch whose headers are in brings what it may have. */
  | { readonly way: "attach"; readonly flight: Flight; readonly head: Representation }
  /** The origin has just turned away many others. */
  | { readonly way: "refused"; readonly error: OriginError }
  /** Nobody waits for whom. */
  | { readonly way: "alone"; readonly reason: AloneReason }
  /** A fetch whose headers are awaited may suit it. */
  | { readonly way: "wait"; readonly flight: Flight }
  /** It learns from the headers of any fetch what its own depends on. */
  | { readonly way: "wait-undecided" }
  /** It starts a fetch that others may wait for; a guess, where it may turn out to bring what another brings. */
  | { readonly way: "lead"; readonly isGuess: boolean };

/** What decides which way requests go. */
export interface ArrivalPorts extends SharingPorts {
  readonly board: FlightBoard;
  readonly foresight: Foresight;
}

/** One who arrives. */
export interface Arriving {
  readonly request: CacheRequest;
  readonly route: Route;
  readonly now: MonotonicMs;
  /** How often it has waited in vain. */
  readonly waits: number;
}

/** Decides which way a request goes. Nothing is asked of the origin for it, and nothing awaited, meanwhile. */
export function arrive(arriving: Arriving, ports: ArrivalPorts): Arrival {
  const { request, route, now, waits } = arriving;
  const { foresight } = ports;
  const flights = ports.board.of(request.key)?.flights ?? NO_FLIGHTS;
  const landed = newestFor(request, flights, ports);
  if (landed !== undefined) return { way: "attach", ...landed };
  const { failure } = foresight.keys.of(request.key);
  if (failure !== undefined && failure.until > now) return { way: "refused", error: failure.error };
  const reason = foresight.reasonToGoAlone(request, route, now, waits);
  if (reason !== undefined) return { way: "alone", reason };
  const awaited: Flight[] = [];
  for (const flight of flights) {
    if (isOpen(flight, now, ports) && bringsWhatIsAsked(flight, request, ports)) awaited.push(flight);
  }
  return join(awaited, arriving, foresight);
}

const NO_FLIGHTS: Iterable<Flight> = [];

/** Of the fetches whose headers are in and that suit a request, the one that began to arrive last. */
function newestFor(request: CacheRequest, flights: Iterable<Flight>, ports: ArrivalPorts): Landed | undefined {
  let newest: Landed | undefined;
  for (const flight of flights) {
    const { head } = flight;
    if (head?.kind !== "representation" || !mayShare(head, request, ports)) continue;
    if (newest === undefined || newest.head.stored.receivedAt <= head.stored.receivedAt) newest = { flight, head };
  }
  return newest;
}

interface Landed {
  readonly flight: Flight;
  readonly head: Representation;
}

/** What was purged since it was asked for must not reach those who come now. */
function isOpen(flight: Flight, now: MonotonicMs, { purges }: ArrivalPorts): boolean {
  const { departure, head, leader, began, isOvertaken } = flight;
  if (departure.boarding !== "open" || head !== undefined || isOvertaken || flight.isOverdue(now)) return false;
  return purges.isUntouched(leader.uri, began);
}

/** A fetch of a range is for those who ask for the same range, under the same condition; the whole is for all near its start. */
function bringsWhatIsAsked({ purpose, leader }: Flight, request: CacheRequest, { coalescing }: ArrivalPorts): boolean {
  const { range } = request;
  if (purpose.range === undefined) return range === undefined || isNearStart(range, coalescing.lookAhead);
  return range !== undefined && formatRangeSpec(range) === formatRangeSpec(purpose.range) &&
    request.header("if-range") === leader.header("if-range");
}

function isNearStart(range: NonNullable<CacheRequest["range"]>, lookAhead: number): boolean {
  return "first" in range && range.first <= lookAhead;
}

function join(awaited: readonly Flight[], { request, route }: Arriving, foresight: Foresight): Arrival {
  const joinSet = foresight.joinSet(request, route);
  const alike = awaited.filter((flight) => agreesOn(joinSet.names, flight, request));
  const suitable = alike.filter(({ leader }) => route.isPublic || haveSameCredentials(leader, request));
  const flight = mostAlike(suitable, request, foresight);
  if (flight !== undefined) return { way: "wait", flight };
  // A range that nobody else fetches is a question of its own, and so is another value of what is known to matter.
  if (request.range !== undefined || (joinSet.isTrusted && alike.length === 0)) return { way: "lead", isGuess: false };
  const isProven = foresight.isProvenShareable(route);
  if (hasCredentials(request) && !isProven) return { way: "lead", isGuess: false };
  // What those with credentials get says nothing to the others, until two have been given the same.
  const comparable = isProven ? awaited : awaited.filter(({ leader }) => !hasCredentials(leader));
  if (comparable.length === 0) return { way: "lead", isGuess: false };
  return comparable.length < foresight.speculation.limit ? { way: "lead", isGuess: true } : { way: "wait-undecided" };
}

/** Of several flights that may suit, the one whose leader agrees on most of what answers have depended on lately. */
function mostAlike(flights: readonly Flight[], request: CacheRequest, foresight: Foresight): Flight | undefined {
  if (flights.length < 2) return flights[0];
  const { specs } = foresight.keys.of(request.key);
  const likeness = (flight: Flight) => specs.filter((names) => agreesOn(names, flight, request)).length;
  return flights.toSorted((a, b) => likeness(b) - likeness(a))[0];
}

/** Whether a request and the leader of a flight have the same normalised values in these fields. */
export function agreesOn(names: readonly string[], { leader }: Flight, request: CacheRequest): boolean {
  return names.every((name) => leader.selectingValue(name) === request.selectingValue(name));
}
