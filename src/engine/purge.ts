/** Purging on request: in order, all or nothing, and acknowledged once it holds. */
import type { Ban } from "../invalidation/ban.ts";
import { compileBan } from "../invalidation/compile-ban.ts";
import { compiledOf } from "../invalidation/purge-record.ts";
import { PurgeError, type PurgeReceipt, type PurgeRecord, type PurgeRequest } from "../invalidation/purge-request.ts";
import type { CompiledPurge, Purges } from "../invalidation/purges.ts";
import type { Clock } from "../time/clock.ts";
import type { RequestRules } from "./cache-request.ts";
import type { Invalidation } from "./invalidate.ts";
import type { PurgeJournal } from "./purge-journal.ts";
import { compilePurge } from "./purge-scopes.ts";

/** What purging works with. */
export interface PurgePorts {
  readonly purges: Purges;
  readonly invalidation: Invalidation;
  readonly rules: RequestRules;
  readonly clock: Clock;
  /** Where purges outlive the process. */
  readonly journal: PurgeJournal | undefined;
}

/** Purges what requests name. */
export class Purger {
  readonly #ports: PurgePorts;

  constructor(ports: PurgePorts) {
    this.#ports = ports;
  }

  /**
   * Resolves once no later request can see what was purged, even after a crash where there is a log. In this process it
   * holds from the call on.
   *
   * @throws {PurgeError}
   */
  async purge(request: PurgeRequest): Promise<PurgeReceipt> {
    const { rules, invalidation, journal } = this.#ports;
    const { bans: [first] = [], soft = false } = request;
    // A storm of bans is refused at the price of one of each request, however many it brings.
    if (first !== undefined) this.#requireRoom([compileBan(first, "bans[0]")], soft);
    const compiled = this.#withAliases(compilePurge(request, rules));
    this.#requireRoom(compiled.bans, soft);
    const { sequence } = invalidation.apply(compiled);
    await journal?.append(compiled, sequence);
    return { sequence };
  }

  #requireRoom(bans: readonly Ban[], soft: boolean): void {
    const { purges } = this.#ports;
    if (purges.hasRoomFor(bans, soft)) return;
    throw new PurgeError("too-many-bans", `Cannot ban: ${purges.bans} bans are still being carried out`);
  }

  /** Puts in force again what was written down. @throws {PurgeError} for a ban that cannot be read. */
  replay(records: readonly PurgeRecord[]): void {
    const { invalidation, clock } = this.#ports;
    const now = clock.monotonic();
    const toMonotonic = now - clock.wallTime();
    for (const record of records) {
      const mark = { sequence: record.sequence, at: Math.min(now, record.at + toMonotonic) };
      invalidation.replay(this.#withAliases(compiledOf(record)), mark);
    }
  }

  /** Other URLs whose stored responses answer one that is purged go with it. */
  #withAliases({ scopes, ...rest }: CompiledPurge): CompiledPurge {
    const { invalidation } = this.#ports;
    const all = scopes.flatMap((scope) => scope.kind === "url" ? invalidation.scopesOf(scope.url) : [scope]);
    return { scopes: all, ...rest };
  }
}
