/**
 * What is large in many parts. A `Map` or `Set` that grows or shrinks moves all it holds at once, which for a million
 * entries blocks everything for a tenth of a second. Each of many parts moves little, and each at a time of its own.
 */

/** A power of two. With a million entries a part moves for about a millisecond. */
const COUNT_BITS = 6;
const COUNT = 2 ** COUNT_BITS;

/** Keys are told apart by so many characters of their end; those that differ earlier only share a part. */
const TOLD_APART = 24;

/** Parts of a kind, each for a share of all keys. */
export class Shards<Part> {
  /** All of them. */
  readonly all: readonly Part[];

  constructor(create: () => Part) {
    this.all = Array.from({ length: COUNT }, create);
  }

  /** The part that a key belongs to. */
  of(key: string): Part {
    return this.all[shardOf(key)]!;
  }
}

/** A hit asks twice for the same key. */
let lastKey: string | undefined;
let lastShard = 0;

function shardOf(key: string): number {
  if (key === lastKey) return lastShard;
  lastKey = key;
  lastShard = hash(key) >>> (32 - COUNT_BITS);
  return lastShard;
}

/** FNV-1a. Its upper bits are the well mixed ones. */
function hash(key: string): number {
  let value = 0x811c9dc5 ^ key.length;
  for (let at = Math.max(0, key.length - TOLD_APART); at < key.length; at++) {
    value = Math.imul(value ^ key.charCodeAt(at), 0x01000193);
  }
  return value;
}
