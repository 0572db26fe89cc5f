/**
 * Which fetches are in the air, and who may wait for which: predict to wait, verify to share.
 *
 * Before the response headers nobody knows whether an answer may be shared, or on which request fields it depends.
 * A prediction therefore decides only whether a request waits; whether it gets the bytes is decided at the headers,
 * by the same rule that a hit in the store has to pass, on the waiting request itself.
 */
import { reuse } from "../policy/reuse.ts";
import { selects } from "../policy/vary.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import type { MonotonicMs } from "../time/clock.ts";
import { Flight, type FlightPurpose, type Representation } from "./flight.ts";
import type { CacheRequest } from "./normalize-request.ts";

/** What requests must have in common to wait together while it is unknown what the answer depends on. */
const FINGERPRINT: readonly string[] = ["accept", "accept-encoding", "accept-language", "authorization", "cookie"];

/** The fetches in the air, by primary key. */
export class Coalescer {
  readonly #flights = new Map<string, Flight[]>();
  #count = 0;

  /** Number of fetches in the air. */
  get count(): number {
    return this.#count;
  }

  /** A flight this request should wait for, or whose body it can read from the first byte on. */
  find(request: CacheRequest, now: MonotonicMs): Flight | undefined {
    return this.#flights.get(request.key)?.find((flight) => {
      if (flight.doomed) return false;
      if (flight.head === undefined) return flight.joinable && agrees(flight, request);
      return flight.head.kind === "representation" && mayShare(flight.head, request, now);
    });
  }

  /** Whether the origin is being asked to confirm this response, or the answer to that is still arriving. */
  isRefreshing(stored: StoredResponse): boolean {
    return this.#flights.get(stored.key)?.some((flight) => flight.validated === stored) ?? false;
  }

  /**
   * Registers a fetch.
   *
   * @param learned Fields the key is known to vary on.
   */
  open(leader: CacheRequest, learned: readonly string[] | undefined, purpose: FlightPurpose): Flight {
    const flights = this.#flights.get(leader.key) ?? [];
    const flight = new Flight(leader, learned ?? learnedFrom(flights) ?? FINGERPRINT, purpose);
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

  /** Keeps every fetch of a key that is under way from being stored or joined. */
  doom(key: string): void {
    for (const flight of this.#flights.get(key) ?? []) flight.doomed = true;
  }
}

/**
 * Whether a response being received may answer this request too: the same question a hit has to pass. One that is too
 * large to be kept whole is not shared, for its readers would all be as slow as the slowest.
 */
export function mayShare(head: Representation, request: CacheRequest, now: MonotonicMs): boolean {
  if (!head.shareable || !head.stored.body.retained) return false;
  return reuse(head.stored, now) === "fresh" && selects(head.stored, request);
}

function agrees(flight: Flight, request: CacheRequest): boolean {
  return flight.joinNames.every((name) => flight.leader.selectingValue(name) === request.selectingValue(name));
}

function learnedFrom(flights: readonly Flight[]): readonly string[] | undefined {
  for (const { head } of flights) {
    if (head?.kind === "representation") return head.stored.selecting.names;
  }
  return undefined;
}
