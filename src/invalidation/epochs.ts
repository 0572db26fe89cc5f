/**
 * Invalidation by epochs: one counter, and for each scope the count at which it was last invalidated. A response
 * remembers the count at which its fetch began, and is invalid when a scope that covers it was invalidated since. So an
 * invalidation is one write, however many responses it concerns, and holds for those still on their way too.
 */
import { authorityOf, targetOf } from "../http/uri-parts.ts";
import type { MonotonicMs } from "../time/clock.ts";
import { LatestMarks } from "./latest-marks.ts";
import { PrefixMarks } from "./prefix-marks.ts";

/** A point in the order of invalidations. */
export type Sequence = number;

/** An invalidation: its place in the order of all, and its time. */
export interface Mark {
  readonly sequence: Sequence;
  readonly at: MonotonicMs;
}

/** The count that all invalidations of an engine share. */
export class InvalidationOrder {
  #sequence: Sequence;

  /** @param sequence The last count that was given out. */
  constructor(sequence: Sequence = 0) {
    this.#sequence = sequence;
  }

  /** The count now: what a fetch that begins now is stamped with. */
  get sequence(): Sequence {
    return this.#sequence;
  }

  /** The count of one more invalidation. */
  advance(): Sequence {
    return ++this.#sequence;
  }
}

/** What an epoch belongs to. Texts are in the form in which they are compared. */
export type EpochScope =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "tag"; readonly tag: string }
  /** The beginning of a URI, or of its path on every host. */
  | { readonly kind: "prefix"; readonly prefix: string }
  /** Name without port for all ports, or with port. */
  | { readonly kind: "host"; readonly host: string }
  | { readonly kind: "all" };

/** What can be covered by a scope. */
export interface Scoped {
  /** Normalised absolute URI. */
  readonly uri: string;
  readonly tags: readonly string[];
}

/** Beyond so many scopes the oldest are not told apart: they then count for everything. */
const MAX_SCOPES = 50_000;

/** Of either scheme: a cache behind a TLS terminator need not know the one that clients use. */
const DEFAULT_PORTS = [80, 443];

const NEVER: Mark = { sequence: 0, at: -Infinity };

/** When each scope was last invalidated. */
export class Epochs {
  readonly #urls = new LatestMarks();
  readonly #tags = new LatestMarks();
  readonly #hosts = new LatestMarks();
  readonly #prefixes = new PrefixMarks();
  readonly #maxScopes: number;
  /** Of everything, by itself or in place of scopes that were forgotten: those must not come back to life. */
  #everything = NEVER;
  #newest: Sequence = 0;

  constructor(maxScopes: number = MAX_SCOPES) {
    this.#maxScopes = maxScopes;
  }

  /** Number of scopes remembered. */
  get size(): number {
    return this.#urls.size + this.#tags.size + this.#hosts.size + this.#prefixes.size;
  }

  /** Invalidates everything in a scope whose fetch began before. Marks come in their order. */
  invalidate(scope: EpochScope, mark: Mark): void {
    this.#newest = mark.sequence;
    switch (scope.kind) {
      case "url":
        this.#urls.set(scope.url, mark);
        break;
      case "tag":
        this.#tags.set(scope.tag, mark);
        break;
      case "host":
        this.#hosts.set(scope.host, mark);
        break;
      case "prefix":
        this.#prefixes.set(scope.prefix, mark);
        break;
      case "all":
        this.retire(mark.sequence); // it covers all of them
        this.#everything = mark;
        break;
    }
    if (this.size > this.#maxScopes) this.#everything = this.#forgetOldest();
  }

  /** The latest invalidation after `since` that covers something; `undefined` when there was none. */
  covering(subject: Scoped, since: Sequence): Mark | undefined {
    if (this.#newest <= since) return undefined;
    const latest = this.#latest(subject);
    return latest.sequence > since ? latest : undefined;
  }

  /** Forgets all invalidations up to one: nothing that began before it is left without having been looked at since. */
  retire(upTo: Sequence): void {
    if (this.#everything.sequence <= upTo) this.#everything = NEVER;
    for (const marks of this.#named()) marks.retire(upTo);
  }

  /** All scopes with their latest invalidations, in no particular order. */
  *entries(): Iterable<readonly [scope: EpochScope, mark: Mark]> {
    if (this.#everything !== NEVER) yield [{ kind: "all" }, this.#everything];
    for (const [url, mark] of this.#urls.entries()) yield [{ kind: "url", url }, mark];
    for (const [tag, mark] of this.#tags.entries()) yield [{ kind: "tag", tag }, mark];
    for (const [host, mark] of this.#hosts.entries()) yield [{ kind: "host", host }, mark];
    for (const [prefix, mark] of this.#prefixes.entries()) yield [{ kind: "prefix", prefix }, mark];
  }

  #latest({ uri, tags }: Scoped): Mark {
    let latest = later(this.#everything, this.#urls.get(uri));
    for (const tag of tags) latest = later(latest, this.#tags.get(tag));
    if (this.#hosts.size > 0) latest = later(latest, this.#ofHost(uri));
    if (this.#prefixes.size > 0) {
      latest = later(later(latest, this.#prefixes.get(uri)), this.#prefixes.get(targetOf(uri)));
    }
    return latest;
  }

  #ofHost(uri: string): Mark | undefined {
    const authority = authorityOf(uri);
    const whole = this.#hosts.get(authority);
    const name = authority.replace(/:\d+$/, "");
    const others = name === authority ? DEFAULT_PORTS.map((port) => `${name}:${port}`) : [name];
    return others.reduce((latest, other) => later(latest, this.#hosts.get(other)), whole ?? NEVER);
  }

  #forgetOldest(): Mark {
    const [oldest] = this.#named().filter(({ size }) => size > 0).sort((a, b) => a.oldest - b.oldest);
    return later(this.#everything, oldest?.forgetOldest());
  }

  #named(): readonly LatestMarks[] {
    return [this.#urls, this.#tags, this.#hosts, this.#prefixes];
  }
}

function later(mark: Mark, other: Mark | undefined): Mark {
  return other !== undefined && other.sequence > mark.sequence ? other : mark;
}
