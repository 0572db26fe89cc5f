/** Tags, by which many responses are purged at once: what the origin gives them, and the groups of RFC 9875. */
import { parseCacheGroups } from "../http/cache-groups.ts";
import { type FieldLines, fieldValue } from "../http/field-lines.ts";
import { fieldText } from "../http/field-text.ts";

/** Fields that hold tags, unless configured otherwise. Whoever moves here from another cache need not change the origin. */
export const DEFAULT_TAG_FIELDS: readonly string[] = ["surrogate-key", "cache-tag", "edge-cache-tag", "xkey"];

const MAX_TAGS = 64;
const MAX_TAGS_LENGTH = 8192;

/** Begins what only the origin of a group may invalidate. No tag in a field can begin so. */
const GROUP_MARK = "\0";

/**
 * The tags that a response has, each once: those in `tagFields`, which commas and spaces part, and the names of its
 * groups. A group is there a second time with its origin, for it means something only together with that (RFC 9875 §2.1).
 */
export function tagsOf(fields: FieldLines, tagFields: readonly string[], origin: string): readonly string[] {
  const tags = new Set<string>();
  for (const name of tagFields) {
    for (const tag of fieldText(fieldValue(fields, name) ?? "").split(/[ \t,]+/)) if (tag !== "") tags.add(tag);
  }
  for (const group of parseCacheGroups(fieldValue(fields, "cache-groups"))) {
    tags.add(group);
    tags.add(groupTag(origin, group));
  }
  return tags.size === 0 ? NO_TAGS : [...tags];
}

const NO_TAGS: readonly string[] = [];

/** What a group of one origin is known by. */
export function groupTag(origin: string, group: string): string {
  return `${GROUP_MARK}${origin} ${group}`;
}

/** Whether a tag is one by its name alone. */
export function isPlainTag(tag: string): boolean {
  return !tag.startsWith(GROUP_MARK);
}

/** Whether there are more tags than are kept for one response. To leave one out would make its purge a lie. */
export function areTooManyTags(tags: readonly string[]): boolean {
  if (tags.length <= 1) return (tags[0]?.length ?? 0) > MAX_TAGS_LENGTH;
  const plain = tags.filter(isPlainTag);
  return plain.length > MAX_TAGS || plain.join().length > MAX_TAGS_LENGTH;
}
