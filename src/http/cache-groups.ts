import { parseList } from "./structured-fields.ts";

const NONE: readonly string[] = [];

/**
 * Groups that a `Cache-Groups` or `Cache-Group-Invalidation` value names, each once (RFC 9875 §2, §3). A value that is
 * no list of strings names none.
 */
export function parseCacheGroups(value: string | undefined): readonly string[] {
  const groups = new Set<string>();
  for (const member of parseList(value) ?? NONE_PARSED) {
    if (member.kind !== "item" || member.item.type !== "string") return NONE;
    groups.add(member.item.value);
  }
  return groups.size === 0 ? NONE : [...groups];
}

const NONE_PARSED: NonNullable<ReturnType<typeof parseList>> = [];
