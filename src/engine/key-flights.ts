import type { InvalidationOrder } from "../invalidation/epochs.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import type { CacheRequest } from "./cache-request.ts";
import { type Departure, Flight } from "./flight.ts";
import type { Waiter } from "./waiter.ts";

/** All that is in the air for one key. */
export interface KeyFlights {
  readonly flights: Set<Flight>;
  /** Those who wait for headers of somebody else's fetch, in the order in which they came. */
  readonly waiting: Set<Waiter>;
}

/** The fetches in the air, by primary key. */
export class FlightBoard {
  readonly #keys = new Map<string, KeyFlights>();
  readonly #flights = new Set<Flight>();
  readonly #order: InvalidationOrder;

  constructor(order: InvalidationOrder) {
    this.#order = order;
  }

  /** Number of fetches in the air. */
  get count(): number {
    return this.#flights.size;
  }

  /** All of them. */
  get all(): Iterable<Flight> {
    return this.#flights;
  }

  /** What is in the air for a key. */
  of(key: string): KeyFlights | undefined {
    return this.#keys.get(key);
  }

  /** Registers a fetch. */
  open(leader: CacheRequest, departure: Departure): Flight {
    const siblings = this.#keys.get(leader.key) ?? { flights: new Set(), waiting: new Set() };
    this.#keys.set(leader.key, siblings);
    const flight = new Flight(leader, departure, { began: this.#order.sequence, siblings });
    siblings.flights.add(flight);
    this.#flights.add(flight);
    return flight;
  }

  /** Forgets a flight: its body is complete, or it brought nothing that others could use. */
  close(flight: Flight): void {
    const { flights } = flight.siblings;
    flights.delete(flight);
    if (flights.size === 0) this.#keys.delete(flight.leader.key);
    this.#flights.delete(flight);
  }

  /** Whether the origin is being asked to confirm this response, or the answer to that is still arriving. */
  isRefreshing(stored: StoredResponse): boolean {
    for (const { purpose } of this.#keys.get(stored.key)?.flights ?? []) if (purpose.validated === stored) return true;
    return false;
  }
}
