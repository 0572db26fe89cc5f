import { parseEntityTag } from "../../src/http/entity-tag.ts";
import type { FieldLines } from "../../src/http/field-lines.ts";
import type { StoredMetadata } from "../../src/policy/stored-metadata.ts";

const START = Date.UTC(2026, 0, 1);

/** What is stored of a plain `200 OK`, received at monotonic time 0 and fresh for 60 s, but for what is given. */
export function storedMetadata(given: Partial<StoredMetadata> = {}): StoredMetadata {
  return {
    status: 200,
    fields: [],
    selecting: { names: [], values: [] },
    date: START,
    receivedAt: 0,
    initialAge: 0,
    freshnessLifetime: 60,
    windows: { staleWhileRevalidate: 0, staleIfError: 0, keep: 0 },
    validateAlways: false,
    neverStale: false,
    immutable: false,
    entityTag: undefined,
    lastModified: undefined,
    part: undefined,
    language: undefined,
    tags: [],
    staleSince: Infinity,
    ...given,
  };
}

/** The validators that response fields hold, as `policy/validation.ts` takes them. */
export function validatorsOf(entityTag: string | undefined, lastModified?: number): StoredMetadata {
  const fields: FieldLines = entityTag === undefined ? [] : [["etag", entityTag]];
  return storedMetadata({ fields, entityTag: parseEntityTag(entityTag), lastModified });
}
