/**
 * Which fetches are in the air, and who may wait for which: predict to wait, verify to share.
 *
 * Before the response headers nobody knows whether an answer may be shared, or on which request fields it depends.
 * A prediction therefore decides only whether a request waits; whether it gets the bytes is decided at the headers,
 * by the same rule that a hit in the store has to pass, on the waiting request itself.
 */
import { formatRangeSpec } from "../http/byte-range.ts";
import { NO_DIRECTIVES } from "../http/request-directives.ts";
import type { Epochs, InvalidationOrder } from "../invalidation/epochs.ts";
import { holdsWhatIsAsked } from "../policy/partial.ts";
import { reuse } from "../policy/reuse.ts";
import { selects } from "../policy/vary.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import type { MonotonicMs } from "../time/clock.ts";
import { Flight, type FlightPurpose, type Representation } from "./flight.ts";
import type { CacheRequest } from "./cache-request.ts";

/** What requests must have in common to wait together while it is unknown what the answer depends on. */
const FINGERPRINT: readonly string[] = ["accept", "accept-encoding", "accept-language", "authorization", "cookie"];

/** What tells visitors apart. A page that is made anew each time is often made for one. */
const CREDENTIALS: readonly string[] = ["authorization", "cookie"];

/** The fetches in the air, by primary key. */
export class Coalescer {
  readonly #flights = new Map<string, Flight[]>();
  readonly #order: InvalidationOrder;
  /** Of groups. */
  readonly #epochs: Epochs;
  #count = 0;

  constructor(order: InvalidationOrder, epochs: Epochs) {
    this.#order = order;
    this.#epochs = epochs;
  }

  /** Number of fetches in the air. */
  get count(): number {
    return this.#count;
  }

  /** A flight this request should wait for, or whose body it can read from the first byte on. */
  find(request: CacheRequest, now: MonotonicMs): Flight | undefined {
    return this.#flights.get(request.key)?.find((flight) => {
      if (flight.doomed) return false;
      if (flight.head === undefined) return flight.purpose.joinable && agrees(flight, request);
      return flight.head.kind === "representation" && this.mayShare(flight.head, request, now);
    });
  }

  /**
   * Whether a response being received may answer this request too: the same question a hit has to pass. One that is too
   * large to be kept whole is not shared, for its readers would all be as slow as the slowest.
   */
  mayShare(head: Representation, request: CacheRequest, now: MonotonicMs): boolean {
    return this.#suits(head, request) && reuse(head.stored, now, request.directives) === "fresh";
  }

  /**
   * Whether one who waited for the headers may have what `mayShare()` refuses: what was stale already when it arrived may still
   * be used, this once (RFC 9111 §4), if it says so itself, and this client has no wishes and brings the
   * same credentials.
   */
  mayShareOnce(head: Representation, request: CacheRequest, leader: CacheRequest): boolean {
    if (!head.sharedOnce || !this.#suits(head, request) || request.directives !== NO_DIRECTIVES) return false;
    return CREDENTIALS.every((name) => leader.header(name) === request.header(name));
  }

  #suits({ shareable, stored }: Representation, request: CacheRequest): boolean {
    return shareable && stored.body.retained && selects(stored, request) && holdsWhatIsAsked(stored, request) &&
      this.#epochs.isAlive(stored.groups, stored.began);
  }

  /** Whether the origin is being asked to confirm this response, or the answer to that is still arriving. */
  isRefreshing(stored: StoredResponse): boolean {
    return this.#flights.get(stored.key)?.some((flight) => flight.purpose.validated === stored) ?? false;
  }

  /**
   * Registers a fetch.
   *
   * @param learned Fields the key is known to vary on.
   */
  open(leader: CacheRequest, learned: readonly string[] | undefined, purpose: FlightPurpose): Flight {
    const flights = this.#flights.get(leader.key) ?? [];
    const joinNames = learned ?? learnedFrom(flights) ?? FINGERPRINT;
    const flight = new Flight(leader, purpose, { joinNames, began: this.#order.sequence });
    this.#flights.set(leader.key, [...flights, flight]);
    this.#count++;
    return flight;
  }

  /** Forgets a flight: its body is complete, or it brought nothing that others could use. */
  close(flight: Flight): void {
    const { key } = flight.leader;
    const others = this.#flights.get(key)?.filter((other) => other !== flight);
    if (others?.length) this.#flights.set(key, others);
    else this.#flights.delete(key);
    this.#count--;
  }

  /** Keeps every fetch of a URI that is under way, whatever is asked of it, from being stored or joined. */
  doom(uri: string): void {
    for (const flights of this.#flights.values()) {
      for (const flight of flights) if (flight.leader.uri === uri) flight.doomed = true;
    }
  }
}

function agrees(flight: Flight, request: CacheRequest): boolean {
  return bringsWhatIsAsked(flight, request) &&
    flight.joinNames.every((name) => flight.leader.selectingValue(name) === request.selectingValue(name));
}

/** A fetch of a range is only for those who ask for the same range, under the same condition. */
function bringsWhatIsAsked({ purpose, leader }: Flight, request: CacheRequest): boolean {
  if (purpose.range === undefined) return true;
  const { range } = request;
  return range !== undefined && formatRangeSpec(range) === formatRangeSpec(purpose.range) &&
    request.header("if-range") === leader.header("if-range");
}

function learnedFrom(flights: readonly Flight[]): readonly string[] | undefined {
  for (const { head } of flights) {
    if (head?.kind === "representation") return head.stored.selecting.names;
  }
  return undefined;
}
