import type { BanCondition } from "../../src/invalidation/ban.ts";
import type { PurgeRequest } from "../../src/invalidation/purge-request.ts";
import { COMMON_TAG, type KeyTraits } from "./keys.ts";
import type { WriteKind, WriteStep } from "./plan.ts";

/** One purge as it is sent. */
export interface PurgeOrder {
  readonly kind: Exclude<WriteKind, "post">;
  readonly soft: boolean;
  /** The key for whose sake it is sent. */
  readonly traits: KeyTraits;
  /** All keys that are known to be covered, that one among them. */
  readonly covers: readonly KeyTraits[];
  readonly request: PurgeRequest;
}

export interface OrderOptions {
  readonly traits: readonly KeyTraits[];
  /** `HOST:PORT` under which the readers ask. */
  readonly authority: string;
}

/** Of so many purges by tag or prefix one is of everything. */
const RARELY = 25;

/** The purge that a step of a writer asks for, in one of the ways to write it. */
export function purgeOrder(step: WriteStep & { readonly kind: PurgeOrder["kind"] }, options: OrderOptions): PurgeOrder {
  const { kind, soft, form } = step;
  const traits = options.traits[step.key]!;
  const isWide = form % RARELY === 0 && (kind === "tag" || kind === "prefix");
  const request = requestOf(step, traits, { authority: options.authority, isWide });
  const coversAll = isWide || kind === "host" || kind === "all";
  const covers = coversAll ? options.traits : options.traits.filter((one) => isCovered(one, traits, kind));
  return { kind, soft, traits, covers, request: { ...request, soft } };
}

function isCovered(one: KeyTraits, purged: KeyTraits, kind: WriteKind): boolean {
  return kind === "prefix" ? one.path.startsWith(purged.path) : one === purged;
}

/** The order in words. */
export function describeOrder({ kind, soft, request }: PurgeOrder): string {
  const { soft: _, ...what } = request;
  return `${soft ? "soft " : ""}purge by ${kind} ${JSON.stringify(what)}`;
}

function requestOf(
  { kind, form }: WriteStep,
  traits: KeyTraits,
  { authority, isWide }: { authority: string; isWide: boolean },
): PurgeRequest {
  const { path, tag } = traits;
  const prefix = isWide ? "/k/" : path;
  switch (kind) {
    case "url":
      return { urls: [`http://${authority}${path}`] };
    case "tag":
      return { tags: [isWide ? COMMON_TAG : tag] };
    case "prefix":
      return { prefixes: [form % 2 === 0 ? prefix : `http://${authority}${prefix}`] };
    case "host":
      return { hosts: [form % 2 === 0 ? authority : authority.replace(/:\d+$/, "")] };
    case "ban": {
      const bans = banConditions(traits, authority);
      return { bans: [{ where: bans[form % bans.length]! }] };
    }
    case "all":
      return { all: true };
    case "post":
      throw new TypeError("Cannot order a purge: a POST is none");
  }
}

/** Ways to cover one key by a ban, and others beside it. */
function banConditions({ key, path, tag }: KeyTraits, authority: string): readonly (readonly BanCondition[])[] {
  return [
    [{ field: "path", prefix: path }],
    [{ field: "path", equals: path }],
    [{ field: "path", glob: `/?/${key}` }],
    [{ field: "path", regex: `^/k/${key}$` }],
    [{ field: "tag", equals: tag }],
    [{ field: "header", name: "x-key", equals: String(key) }],
    [{ field: "host", equals: authority }, { field: "path", equals: path }, { field: "status", equals: 200 }],
  ];
}
