/** The fields that an origin names tags in, and how a list of them is written there. */
const TAG_FIELDS = {
  "Surrogate-Key": (tags: readonly string[]) => tags.join(" "),
  "Cache-Tag": (tags: readonly string[]) => tags.join(","),
  "xkey": (tags: readonly string[]) => tags.join(" "),
  "Cache-Groups": (tags: readonly string[]) => tags.map((tag) => `"${tag}"`).join(", "),
} as const;

export type TagField = keyof typeof TAG_FIELDS;

export const TAG_FIELD_NAMES = Object.keys(TAG_FIELDS) as TagField[];

/** The tag that every key has. */
export const COMMON_TAG = "all";

export const LANGUAGES = ["en", "de", "fr"] as const;

export type Language = (typeof LANGUAGES)[number];

/** What the origin says of a key, and how it sends it. The same number always has the same traits. */
export interface KeyTraits {
  readonly key: number;
  readonly path: string;
  readonly tag: string;
  readonly tagField: TagField;
  readonly cacheControl: string;
  /** Whether a stale one may be delivered while the origin is asked. */
  readonly isSentStale: boolean;
  /** Has an entity tag, so that it can be confirmed, and taken in ranges from the origin. */
  readonly hasValidator: boolean;
  readonly variesByLanguage: boolean;
  /** Comes in pieces, with pauses. */
  readonly isLarge: boolean;
  /** Its length is not known before its end. */
  readonly isChunked: boolean;
}

/** Each way to be cacheable, in turn. */
const FRESHNESS = [
  { cacheControl: "max-age=600" },
  { cacheControl: "max-age=1, stale-while-revalidate=60", isSentStale: true },
  { cacheControl: "max-age=1", hasValidator: true },
  { cacheControl: "max-age=600", hasValidator: true },
  { cacheControl: "max-age=600" },
  { cacheControl: "max-age=0", hasValidator: true },
  { cacheControl: "max-age=1, stale-while-revalidate=60", isSentStale: true, hasValidator: true },
] as const;

/** The traits of keys `0` to `count - 1`. The first few are the ones asked for most, and have some of everything. */
export function keyTraits(count: number): readonly KeyTraits[] {
  return Array.from({ length: count }, (_, key) => ({
    key,
    path: `/k/${key}`,
    tag: `k${key}`,
    tagField: TAG_FIELD_NAMES[key % 8 < 4 ? 0 : key % 4]!,
    isSentStale: false,
    hasValidator: false,
    ...FRESHNESS[key % FRESHNESS.length]!,
    variesByLanguage: key % 3 === 0,
    isLarge: key % 5 === 4,
    isChunked: key % 10 === 9,
  }));
}

/** The fields that name the tags of a key. */
export function tagFields({ tag, tagField }: KeyTraits): Readonly<Record<string, string>> {
  return { [tagField]: TAG_FIELDS[tagField]([tag, COMMON_TAG]) };
}
