import { parseList } from "./structured-fields.ts";

const NO_GROUPS: readonly string[] = [];

/**
 * The groups that a `Cache-Groups` or `Cache-Group-Invalidation` value names (RFC 9875 §2, §3), each once and in the
 * order given. None when the value is absent or breaks the grammar, or when one of its members is no string.
 * A group means something only together with the origin that named it (§2.1).
 */
export function parseCacheGroups(value: string | undefined): readonly string[] {
  const groups = new Set<string>();
  for (const member of parseList(value) ?? []) {
    if (member.type !== "string") return NO_GROUPS;
    groups.add(member.value);
  }
  return groups.size === 0 ? NO_GROUPS : [...groups];
}
