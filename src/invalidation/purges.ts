import type { Ban, BanSubject } from "./ban.ts";
import { BanList } from "./ban-list.ts";
import { Epochs, type EpochScope, InvalidationOrder, type Mark, type Scoped, type Sequence } from "./epochs.ts";
import { DEAD, UNTOUCHED, type Verdict } from "./verdict.ts";

/** What a purge covers, ready to be compared. */
export interface CompiledPurge {
  readonly scopes: readonly EpochScope[];
  readonly bans: readonly Ban[];
  readonly soft: boolean;
}

/** A purge and its place. */
export interface PurgeEntry {
  readonly purge: CompiledPurge;
  readonly mark: Mark;
}

/** Everything that has been purged and may still have to be told of something that began before. */
export class Purges {
  readonly order: InvalidationOrder;
  readonly #hard = new Epochs();
  readonly #soft = new Epochs();
  readonly #bans = new BanList();

  constructor(order: InvalidationOrder = new InvalidationOrder()) {
    this.order = order;
  }

  /** The latest purge. */
  get sequence(): Sequence {
    return this.order.sequence;
  }

  /** Number of scopes remembered. */
  get scopes(): number {
    return this.#hard.size + this.#soft.size;
  }

  /** Number of bans remembered. */
  get bans(): number {
    return this.#bans.size;
  }

  /** Whether there is room for more bans, of which some may be there already. */
  hasRoomFor(bans: readonly Ban[], soft: boolean): boolean {
    return this.#bans.hasRoomFor(bans, soft);
  }

  /**
   * Purges, as of a place in the order that was just given out. A ban for which there is no room counts for everything:
   * a log holds those too that had been carried out by the time the next ones came.
   */
  apply({ scopes, bans, soft }: CompiledPurge, mark: Mark): void {
    const epochs = soft ? this.#soft : this.#hard;
    for (const scope of scopes) epochs.invalidate(scope, mark);
    for (const ban of bans) {
      if (!this.#bans.add(ban, { ...mark, soft })) epochs.invalidate({ kind: "all" }, mark);
    }
  }

  /** What purges after `since` have made of a response. @param describe Tells what bans look at, should there be any. */
  judge(subject: Scoped, since: Sequence, describe: () => BanSubject): Verdict {
    if (since >= this.sequence) return UNTOUCHED;
    if (this.#hard.covering(subject, since) !== undefined) return DEAD;
    const banned = this.#bans.newest > since ? this.#bans.verdict(describe(), since) : UNTOUCHED;
    if (banned.dead) return DEAD;
    const softened = this.#soft.covering(subject, since);
    if (softened === undefined) return banned;
    return { dead: false, staleSince: Math.min(softened.at, banned.staleSince ?? Infinity) };
  }

  /** Whether nothing of a URI was purged after `since`, as far as its URI tells. */
  isUntouched(uri: string, since: Sequence): boolean {
    if (since >= this.sequence) return true;
    const subject = { uri, tags: [] };
    return this.#hard.covering(subject, since) === undefined && this.#soft.covering(subject, since) === undefined;
  }

  /** All that is remembered, in order. */
  records(): readonly PurgeEntry[] {
    const found: PurgeEntry[] = [];
    for (const soft of [false, true]) {
      const epochs = soft ? this.#soft : this.#hard;
      for (const [scope, mark] of epochs.entries()) found.push({ purge: { scopes: [scope], bans: [], soft }, mark });
    }
    for (const { ban, ...mark } of this.#bans.records()) {
      found.push({ purge: { scopes: [], bans: [ban], soft: mark.soft }, mark });
    }
    return mergedBySequence(found);
  }

  /** Forgets all purges up to one: nothing that began before it is left without having been looked at since. */
  retire(upTo: Sequence): void {
    this.#hard.retire(upTo);
    this.#soft.retire(upTo);
    this.#bans.retire(upTo);
  }
}

/** What was purged together stands in one record: lists that grow, for there may be a thousand items in it. */
function mergedBySequence(found: readonly PurgeEntry[]): readonly PurgeEntry[] {
  const merged: { mark: Mark; purge: { scopes: EpochScope[]; bans: Ban[]; soft: boolean } }[] = [];
  for (const { mark, purge: { scopes, bans, soft } } of found.toSorted((a, b) => a.mark.sequence - b.mark.sequence)) {
    const last = merged.at(-1);
    if (last?.mark.sequence !== mark.sequence) {
      merged.push({ mark, purge: { scopes: [...scopes], bans: [...bans], soft } });
      continue;
    }
    last.purge.scopes.push(...scopes);
    last.purge.bans.push(...bans);
  }
  return merged;
}
