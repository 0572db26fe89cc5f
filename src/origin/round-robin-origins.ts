import type { Clock, Milliseconds, MonotonicMs } from "../time/clock.ts";
import type { OriginClient, OriginRequest, OriginResponse } from "./origin-client.ts";
import { OriginError, type OriginFailure } from "./origin-error.ts";
import { isRepeatable } from "./repeatable.ts";

/** An origin server and the name it has in the configuration. */
export interface NamedOrigin {
  readonly name: string;
  readonly client: OriginClient;
}

interface Member extends NamedOrigin {
  /** No connection could be opened; the others go first until then. */
  restsUntil: MonotonicMs;
}

/** How long an origin that could not be connected to is left alone. */
const REST_MS: Milliseconds = 10_000;

/** Failures another origin may not share. The caller's own (`aborted`, `request-body`) would only repeat. */
const FAILOVER: ReadonlySet<OriginFailure> = new Set<OriginFailure>([
  "connect",
  "connect-timeout",
  "reset",
  "first-byte-timeout",
]);

/**
 * Sends requests to several origins in turn. A request without body whose method is safe is tried once more on the
 * next origin when the first gave no byte of a response. An origin that could not be connected to is passed over for
 * 10 seconds, unless that is true of all of them.
 */
export class RoundRobinOrigins implements OriginClient {
  readonly #members: readonly Member[];
  readonly #clock: Clock;
  #next = 0;

  /** @throws {RangeError} when `origins` is empty. */
  constructor(origins: readonly NamedOrigin[], clock: Clock) {
    if (origins.length === 0) throw new RangeError("Cannot balance origins: the list is empty");
    this.#members = origins.map(({ name, client }) => ({ name, client, restsUntil: -Infinity }));
    this.#clock = clock;
  }

  /** Every origin by its name, and whether it is passed over now. */
  get states(): readonly { readonly name: string; readonly resting: boolean }[] {
    const now = this.#clock.monotonic();
    return this.#members.map(({ name, restsUntil }) => ({ name, resting: restsUntil > now }));
  }

  /** Names of the origins passed over now. */
  get resting(): readonly string[] {
    return this.states.filter(({ resting }) => resting).map(({ name }) => name);
  }

  fetch(request: OriginRequest): Promise<OriginResponse> {
    if (this.#members.length === 1) return this.#members[0]!.client.fetch(request);
    return this.#fetchFromSeveral(request);
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.client.close()));
  }

  async #fetchFromSeveral(request: OriginRequest): Promise<OriginResponse> {
    const first = this.#choose();
    let answered = false;
    const watched: OriginRequest = {
      ...request,
      onInformational: (status, fields) => {
        answered = true;
        request.onInformational?.(status, fields);
      },
    };
    try {
      return await this.#fetchFrom(first, watched);
    } catch (error) {
      if (answered || !isRepeatable(request) || !failsOver(error)) throw error;
    }
    return await this.#fetchFrom(this.#choose(first), request);
  }

  async #fetchFrom(member: Member, request: OriginRequest): Promise<OriginResponse> {
    try {
      const response = await member.client.fetch(request);
      member.restsUntil = -Infinity;
      return response;
    } catch (error) {
      if (couldNotConnect(error)) member.restsUntil = this.#clock.monotonic() + REST_MS;
      throw error;
    }
  }

  /** The next in turn that does not rest, else the next in turn; never `failed`. */
  #choose(failed?: Member): Member {
    const now = this.#clock.monotonic();
    const start = this.#next;
    const inTurn = this.#members.map((_, i) => this.#members[(start + i) % this.#members.length]!);
    const candidates = inTurn.filter((member) => member !== failed);
    const chosen = candidates.find((member) => member.restsUntil <= now) ?? candidates[0]!;
    this.#next = (this.#members.indexOf(chosen) + 1) % this.#members.length;
    return chosen;
  }
}

function failsOver(error: unknown): boolean {
  return error instanceof OriginError && FAILOVER.has(error.failure);
}

function couldNotConnect(error: unknown): boolean {
  return error instanceof OriginError && (error.failure === "connect" || error.failure === "connect-timeout");
}
