/**
 * The bans that are still to be carried out, from the oldest to the newest. A ban is carried out by comparing it with
 * a stored response when that is looked at, so what is held here is all that it costs. The list is linked both ways:
 * looks go from the newest back to what the response has outlived, and a ban leaves from anywhere at the same cost.
 */
import type { MonotonicMs } from "../time/clock.ts";
import type { Ban, BanSubject } from "./ban.ts";
import type { Sequence } from "./epochs.ts";
import { DEAD, UNTOUCHED, type Verdict } from "./verdict.ts";

/** As many bans as are held unless told otherwise. */
const MAX_BANS = 1_000;

/** When and how a ban was asked for. */
export interface BanMark {
  readonly sequence: Sequence;
  readonly at: MonotonicMs;
  readonly soft: boolean;
}

/** A ban as it is held. */
export interface BanRecord extends BanMark {
  readonly ban: Ban;
}

interface Entry {
  readonly key: string;
  readonly ban: Ban;
  readonly mark: BanMark;
  older: Entry | undefined;
  newer: Entry | undefined;
}

/** The bans that are still to be carried out. */
export class BanList {
  readonly #entries = new Map<string, Entry>();
  readonly #maxBans: number;
  #oldest: Entry | undefined;
  #newest: Entry | undefined;

  constructor(maxBans: number = MAX_BANS) {
    this.#maxBans = maxBans;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Sequence of the newest ban; 0 without any. */
  get newest(): Sequence {
    return this.#newest?.mark.sequence ?? 0;
  }

  /** Whether all these bans can be taken in. */
  hasRoomFor(bans: readonly Ban[], soft: boolean): boolean {
    const added = new Set(bans.map((ban) => keyOf(ban, soft)).filter((key) => !this.#entries.has(key)));
    return this.#entries.size + added.size <= this.#maxBans;
  }

  /**
   * Takes in a ban, unless as many as may be are held: `false` then. One that says the same as a ban that is held
   * stands in its place from then on: whatever the earlier one covers, the later one covers too.
   */
  add(ban: Ban, mark: BanMark): boolean {
    const key = keyOf(ban, mark.soft);
    const same = this.#entries.get(key);
    if (same === undefined && this.#entries.size >= this.#maxBans) return false;
    if (same !== undefined && same.mark.sequence > mark.sequence) return true;
    if (same !== undefined) this.#drop(same);
    this.#insert({ key, ban, mark, older: undefined, newer: undefined });
    return true;
  }

  /** What the bans newer than `since` make of a stored response. Makes no object when there are none. */
  verdict(subject: BanSubject, since: Sequence): Verdict {
    let staleSince: MonotonicMs | undefined;
    for (let entry = this.#newest; entry !== undefined && entry.mark.sequence > since; entry = entry.older) {
      const { ban, mark } = entry;
      if (!ban.matches(subject, mark.at)) continue;
      if (!mark.soft) return DEAD;
      staleSince = mark.at;
    }
    return staleSince === undefined ? UNTOUCHED : { dead: false, staleSince };
  }

  /** Drops all bans up to a sequence, because nothing older than that is stored or on its way any more. */
  retire(upTo: Sequence): void {
    while (this.#oldest !== undefined && this.#oldest.mark.sequence <= upTo) this.#drop(this.#oldest);
  }

  /** All bans, the oldest first. */
  *records(): Generator<BanRecord, void> {
    for (let entry = this.#oldest; entry !== undefined; entry = entry.newer) yield { ...entry.mark, ban: entry.ban };
  }

  /** In order of sequence. Bans come in that order, but for those whose way here took longer. */
  #insert(entry: Entry): void {
    let older = this.#newest;
    while (older !== undefined && older.mark.sequence > entry.mark.sequence) older = older.older;
    const newer = older === undefined ? this.#oldest : older.newer;
    entry.older = older;
    entry.newer = newer;
    this.#join(older, entry);
    this.#join(entry, newer);
    this.#entries.set(entry.key, entry);
  }

  #drop(entry: Entry): void {
    this.#join(entry.older, entry.newer);
    this.#entries.delete(entry.key);
  }

  /** Makes two entries neighbours; in the place of a missing one stands the end of the list. */
  #join(older: Entry | undefined, newer: Entry | undefined): void {
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
  }
}

/** Two that say the same are one, but a soft one does not stand for a hard one. */
function keyOf({ text }: Ban, soft: boolean): string {
  return `${soft ? "soft" : "hard"} ${text}`;
}
