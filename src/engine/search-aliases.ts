/**
 * Other queries of the same path for which a stored response says it is the answer too (No-Vary-Search).
 *
 * For each path it is remembered which variances its responses had, and for each of these under which key the response
 * to a query, in the canonical form of that variance, is stored. This is only a way to find candidates: whether one
 * answers a request is decided by its own field. What is forgotten costs a request to the origin, and nothing else.
 */
import { fieldValue } from "../http/field-lines.ts";
import { canonicalSearch, parseNoVarySearch, type SearchVariance, varianceKey } from "../http/no-vary-search.ts";
import { Epochs, type EpochScope, type Mark } from "../invalidation/epochs.ts";
import type { ByteBudget } from "../storage/byte-budget.ts";
import type { StoredResponse } from "../storage/response-store.ts";

/** The latest variances of one path; more are seldom. */
const MAX_VARIANCES = 4;
const MAX_VARIANCE_LENGTH = 512;
const MAX_PATHS = 256;
/** The latest keys of one alias: its variants may be stored under different queries. */
const MAX_KEYS = 8;
const MAX_INVALIDATED = 1_000;

/** Aliases may take this part of all memory, and no more: they are of no use without the responses they lead to. */
const MAX_SHARE = 1 / 32;

/** Approximate memory of one alias beside its texts, in bytes. */
const ALIAS_OVERHEAD = 200;

const NO_KEYS: readonly string[] = [];

/** What is known of queries that have the same answer. */
export class SearchAliases {
  readonly #variances = new Map<string, readonly SearchVariance[]>();
  readonly #keys = new Map<string, readonly string[]>();
  /** Of URIs: a response may be the answer to one that was invalidated since it was asked for. */
  readonly #epochs = new Epochs(MAX_INVALIDATED);
  readonly #budget: ByteBudget;
  #bytes = 0;

  constructor(budget: ByteBudget) {
    this.#budget = budget;
  }

  /** Other keys under which an answer to a GET of `uri` may be stored. */
  candidates(uri: string): readonly string[] {
    if (this.#variances.size === 0) return NO_KEYS;
    const { path, query } = splitUri(uri);
    const keys = (this.#variances.get(path) ?? []).flatMap((variance) =>
      this.#keys.get(aliasOf(path, query, variance)) ?? NO_KEYS
    );
    return keys.filter((key) => key !== uri);
  }

  /** Whether a stored response says of itself that it answers a GET of `uri`, and nothing has changed that since. */
  answers(stored: StoredResponse, uri: string): boolean {
    const variance = parseNoVarySearch(fieldValue(stored.fields, "no-vary-search"));
    if (variance === undefined || this.#isChanged(uri, stored)) return false;
    const own = splitUri(stored.uri);
    const asked = splitUri(uri);
    return own.path === asked.path && canonicalSearch(own.query, variance) === canonicalSearch(asked.query, variance);
  }

  /** Notes for which other queries a response that has just been stored is the answer. */
  learn({ fields, key, uri }: StoredResponse): void {
    const variance = key === uri ? parseNoVarySearch(fieldValue(fields, "no-vary-search")) : undefined;
    if (variance === undefined || varianceKey(variance).length > MAX_VARIANCE_LENGTH) return;
    const { path, query } = splitUri(uri);
    this.#learnVariance(path, variance);
    this.#learnAlias(aliasOf(path, query, variance), key);
  }

  /** Notes that what GETs in a scope get has changed, whatever is stored under other keys, or on its way there. */
  invalidate(scope: EpochScope, mark: Mark): void {
    // All else covers what is stored as well as what is asked for.
    if (scope.kind === "url" || scope.kind === "prefix") this.#epochs.invalidate(scope, mark);
  }

  #isChanged(uri: string, { began }: StoredResponse): boolean {
    return this.#epochs.covering({ uri, tags: [] }, began) !== undefined;
  }

  #learnVariance(path: string, variance: SearchVariance): void {
    const known = this.#variances.get(path) ?? [];
    const name = varianceKey(variance);
    const others = known.filter((other) => varianceKey(other) !== name);
    this.#variances.delete(path); // so that the Map stays in the order of use
    this.#variances.set(path, [variance, ...others].slice(0, MAX_VARIANCES));
    if (this.#variances.size > MAX_PATHS) this.#variances.delete(oldest(this.#variances));
  }

  #learnAlias(alias: string, key: string): void {
    const others = (this.#keys.get(alias) ?? NO_KEYS).filter((other) => other !== key);
    const keys = [key, ...others].slice(0, MAX_KEYS);
    this.#forgetAlias(alias);
    const bytes = bytesOf(alias, keys);
    const limit = this.#budget.limit * MAX_SHARE;
    while (this.#keys.size > 0 && this.#bytes + bytes > limit) this.#forgetAlias(oldest(this.#keys));
    if (bytes > limit || !this.#budget.reserve(bytes)) return;
    this.#bytes += bytes;
    this.#keys.set(alias, keys);
  }

  #forgetAlias(alias: string): void {
    const keys = this.#keys.get(alias);
    if (keys === undefined) return;
    this.#keys.delete(alias);
    this.#bytes -= bytesOf(alias, keys);
    this.#budget.release(bytesOf(alias, keys));
  }
}

function oldest(map: ReadonlyMap<string, unknown>): string {
  const [first = ""] = map.keys();
  return first;
}

function bytesOf(alias: string, keys: readonly string[]): number {
  return ALIAS_OVERHEAD + alias.length + keys.reduce((sum, key) => sum + key.length, 0);
}

/** What all queries have in common that are the same under a variance. */
function aliasOf(path: string, query: string, variance: SearchVariance): string {
  return `${path}\n${varianceKey(variance)}\n${canonicalSearch(query, variance)}`;
}

function splitUri(uri: string): { readonly path: string; readonly query: string } {
  const question = uri.indexOf("?");
  return question === -1 ? { path: uri, query: "" } : { path: uri.slice(0, question), query: uri.slice(question + 1) };
}
