/**
 * Other queries of the same path for which a stored response says it is the answer too (No-Vary-Search).
 *
 * For each path it is remembered which variances its responses had, and for each of these under which key the response
 * to a query, in the canonical form of that variance, is stored. This is only a way to find candidates: whether one
 * answers a request is decided by its own field. What is forgotten costs a request to the origin, and nothing else.
 */
import { fieldValue } from "../http/field-lines.ts";
import { canonicalSearch, parseNoVarySearch, type SearchVariance, varianceKey } from "../http/no-vary-search.ts";
import type { ByteBudget } from "../storage/byte-budget.ts";
import type { StoredResponse } from "../storage/response-store.ts";

/** The latest variances of one path; more are seldom. */
const MAX_VARIANCES = 4;
const MAX_PATHS = 1_000;
const MAX_ALIASES = 10_000;

/** Aliases may never crowd out the responses that they lead to. */
const MAX_BUDGET_SHARE = 1 / 32;

/** Approximate memory of one alias beside its texts, in bytes. */
const ALIAS_OVERHEAD = 200;

const NO_KEYS: readonly string[] = [];

/** What is known of queries that have the same answer. */
export class SearchAliases {
  readonly #variances = new Map<string, readonly SearchVariance[]>();
  readonly #keys = new Map<string, string>();
  readonly #budget: ByteBudget;
  #bytes = 0;

  /** @param budget What the aliases draw on, up to a small share of it. */
  constructor(budget: ByteBudget) {
    this.#budget = budget;
  }

  /** Other keys under which an answer to a GET of `uri` may be stored. */
  candidates(uri: string): readonly string[] {
    if (this.#variances.size === 0) return NO_KEYS;
    const { path, query } = splitUri(uri);
    return (this.#variances.get(path) ?? []).flatMap((variance) => {
      const key = this.#keys.get(aliasOf(path, query, variance));
      return key === undefined || key === uri ? NO_KEYS : key;
    });
  }

  /** Whether a stored response says of itself that it answers a GET of `uri`. */
  answers(stored: StoredResponse, uri: string): boolean {
    const variance = parseNoVarySearch(fieldValue(stored.fields, "no-vary-search"));
    if (variance === undefined) return false;
    const own = splitUri(stored.uri);
    const asked = splitUri(uri);
    return own.path === asked.path && canonicalSearch(own.query, variance) === canonicalSearch(asked.query, variance);
  }

  /** Notes for which other queries a response that has just been stored is the answer. */
  learn({ fields, key, uri }: StoredResponse): void {
    const variance = key === uri ? parseNoVarySearch(fieldValue(fields, "no-vary-search")) : undefined;
    if (variance === undefined) return;
    const { path, query } = splitUri(uri);
    this.#learnVariance(path, variance);
    this.#learnAlias(aliasOf(path, query, variance), key);
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
    this.#forgetAlias(alias);
    const bytes = bytesOf(alias, key);
    const limit = this.#budget.limit * MAX_BUDGET_SHARE;
    if (bytes > limit) return;
    while (this.#bytes + bytes > limit || this.#keys.size >= MAX_ALIASES) this.#forgetAlias(oldest(this.#keys));
    if (!this.#budget.reserve(bytes)) return;
    this.#keys.set(alias, key);
    this.#bytes += bytes;
  }

  #forgetAlias(alias: string): void {
    const key = this.#keys.get(alias);
    if (key === undefined) return;
    this.#keys.delete(alias);
    this.#bytes -= bytesOf(alias, key);
    this.#budget.release(bytesOf(alias, key));
  }
}

function oldest(map: ReadonlyMap<string, unknown>): string {
  const [first = ""] = map.keys();
  return first;
}

function bytesOf(alias: string, key: string): number {
  return ALIAS_OVERHEAD + alias.length + key.length;
}

/** What all queries have in common that are the same under a variance. */
function aliasOf(path: string, query: string, variance: SearchVariance): string {
  return `${path}\n${varianceKey(variance)}\n${canonicalSearch(query, variance)}`;
}

function splitUri(uri: string): { readonly path: string; readonly query: string } {
  const question = uri.indexOf("?");
  return question === -1 ? { path: uri, query: "" } : { path: uri.slice(0, question), query: uri.slice(question + 1) };
}
