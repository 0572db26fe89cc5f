/**
 * Gives back the memory of what was purged. A purge takes effect by its epoch alone; here, later and in slices between
 * requests, what it covers is removed, and what it does not cover is noted as looked at. Once all has been looked at,
 * and what was on its way has arrived, the epoch itself is forgotten.
 */
import type { CompiledPurge, Purges } from "../invalidation/purges.ts";
import type { Sequence } from "../invalidation/epochs.ts";
import type { ResponseStore, StoredResponse } from "../storage/response-store.ts";
import { isValid } from "../storage/validity.ts";
import type { Clock, Milliseconds } from "../time/clock.ts";
import type { Timers } from "../time/timers.ts";
import type { FlightBoard } from "./key-flights.ts";

/** What reclaiming works with. */
export interface ReclaimPorts {
  readonly store: ResponseStore;
  readonly purges: Purges;
  readonly board: FlightBoard;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** Requests wait hardly longer than this for a slice to end: it is less than what they wait for each other. */
const SLICE: Milliseconds = 0.1;

/** Between two slices at least. */
const PAUSE: Milliseconds = 1;

/** And so many times what the slice took, should it have been longer: nine tenths of the time are for requests. */
const PAUSE_RATIO = 9;

/** So many are looked at between two looks at the clock: to give back the memory of one takes a few microseconds. */
const STEP = 4;

/** With more bans than this a single look is a step: each is compared with all of them. */
const FEW_BANS = 16;

/** How often it is looked whether what was on its way has arrived. */
const RETRY: Milliseconds = 1_000;

/** A fetch without headers for longer than this is not waited for: what it brings then counts as purged. */
const PATIENCE: Milliseconds = 60_000;

/** More names than this are not followed one by one. */
const MAX_NAMES = 10_000;

/** Reclaims memory behind purges, off the path of requests. */
export class Reclaimer {
  readonly #ports: ReclaimPorts;
  #debts = noDebts();
  /** What is being looked at. */
  #round: Iterator<StoredResponse> | undefined;
  /** All purges up to here will have been looked at once the round is over. */
  #roundEnds: Sequence = 0;
  #settled: Sequence = 0;
  /** How many are at most still to be looked at in this round: those that were stored when it began. */
  #left = 0;
  #isScheduled = false;

  constructor(ports: ReclaimPorts) {
    this.#ports = ports;
  }

  /** How many stored responses are at most still to be looked at. */
  get left(): number {
    if (this.#debts.sequence > 0) return this.#ports.store.size;
    return this.#round === undefined ? 0 : this.#left;
  }

  /** Takes on a purge that has just been applied. */
  reclaim(purge: CompiledPurge, sequence: Sequence): void {
    this.#debts = withPurge(this.#debts, purge, sequence);
    this.#schedule(PAUSE);
  }

  #schedule(delay: Milliseconds): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#ports.timers.after(delay, () => {
      this.#isScheduled = false;
      this.#work();
    });
  }

  #work(): void {
    const { purges, clock } = this.#ports;
    const start = clock.monotonic();
    this.#round ??= this.#begin();
    if (this.#round !== undefined && this.#look(this.#round)) {
      this.#round = undefined;
      this.#settled = this.#roundEnds;
    }
    purges.retire(this.#toldUpTo());
    const pause = Math.max(PAUSE, (clock.monotonic() - start) * PAUSE_RATIO);
    if (this.#round !== undefined || this.#debts.sequence > 0) this.#schedule(pause);
    else if (purges.scopes + purges.bans > 0) this.#schedule(RETRY);
  }

  /** All that there is, stored or on its way, knows of the purges up to here. */
  #toldUpTo(): Sequence {
    const { purges, board, clock } = this.#ports;
    const longAgo = clock.monotonic() - PATIENCE;
    let reach = this.#settled;
    for (const flight of board.all) {
      const { head, departure, began } = flight;
      // Told now, in case its body takes long to arrive.
      if (head?.kind === "representation") isValid(head.stored, purges);
      else if (head === undefined && departure.startedAt < longAgo) flight.isOvertaken ||= began < reach;
      else if (head === undefined) reach = Math.min(reach, began);
    }
    return reach;
  }

  /** A round for all purges that wait for one: over what they name, or where that is not all, over everything. */
  #begin(): Iterator<StoredResponse> | undefined {
    const debts = this.#debts;
    if (debts.sequence === 0) return undefined;
    this.#debts = noDebts();
    this.#left = this.#ports.store.size;
    this.#roundEnds = debts.sequence;
    const found = debts.ofEverything ? this.#ports.store.entries() : this.#named(debts);
    return found[Symbol.iterator]();
  }

  *#named({ tags, urls }: Debts): Iterable<StoredResponse> {
    const { store } = this.#ports;
    for (const url of urls) yield* store.ofUri(url);
    for (const tag of tags) yield* store.tagged(tag);
  }

  /** Looks at what there is until the slice is over. Returns whether that was all. */
  #look(round: Iterator<StoredResponse>): boolean {
    const { clock, store, purges } = this.#ports;
    const end = clock.monotonic() + SLICE;
    const step = purges.bans > FEW_BANS ? 1 : STEP;
    do {
      for (let count = 0; count < step; count++) {
        const { done, value } = round.next();
        if (done) return true;
        this.#left--;
        if (!isValid(value, purges)) store.discard(value);
      }
    } while (clock.monotonic() < end);
    return false;
  }
}

/** Purges whose memory has not been given back yet. */
interface Debts {
  /** The latest of them; zero when there is none. */
  readonly sequence: Sequence;
  /** Whether some of them cover more than they name. */
  readonly ofEverything: boolean;
  readonly tags: Set<string>;
  readonly urls: Set<string>;
}

function noDebts(): Debts {
  return { sequence: 0, ofEverything: false, tags: new Set(), urls: new Set() };
}

function withPurge({ ofEverything, tags, urls }: Debts, { scopes, bans }: CompiledPurge, sequence: Sequence): Debts {
  for (const scope of scopes) {
    if (scope.kind === "tag") tags.add(scope.tag);
    else if (scope.kind === "url") urls.add(scope.url);
  }
  const isNamed = bans.length === 0 && scopes.every(({ kind }) => kind === "tag" || kind === "url");
  if (isNamed && !ofEverything && tags.size + urls.size <= MAX_NAMES) return { sequence, ofEverything, tags, urls };
  return { ...noDebts(), sequence, ofEverything: true };
}
