/** Whether stored responses have outlived all purges. Every place that uses one asks here first. */
import { currentAge } from "../policy/age.ts";
import { fieldValue } from "../http/field-lines.ts";
import { fieldText } from "../http/field-text.ts";
import type { BanSubject } from "../invalidation/ban.ts";
import type { Sequence } from "../invalidation/epochs.ts";
import type { Purges } from "../invalidation/purges.ts";
import type { Verdict } from "../invalidation/verdict.ts";
import type { StoredMetadata } from "../policy/stored-metadata.ts";
import { isPlainTag } from "../policy/tags.ts";
import type { StoredResponse } from "./response-store.ts";

/**
 * Whether no purge forbids the use of a stored response. A soft purge since the last look is noted in it, from where the
 * rules of reuse take it. Costs one comparison while nothing is purged.
 */
export function isValid(stored: StoredResponse, purges: Purges): boolean {
  if (stored.checkedAt === purges.sequence) return !stored.isPurged;
  const { dead, staleSince } = verdictOn(stored, stored.checkedAt, purges);
  stored.checkedAt = purges.sequence;
  stored.isPurged ||= dead;
  if (staleSince !== undefined) {
    stored.staleSince = Math.min(stored.staleSince, staleSince); // a second one opens no window again
    stored.rendering = undefined; // it tells of a lifetime that is over
  }
  return !stored.isPurged;
}

/** A response of a URI. */
type OfUri = StoredMetadata & { readonly uri: string };

/** What purges after `since` have made of a response. */
export function verdictOn(response: OfUri, since: Sequence, purges: Purges): Verdict {
  return purges.judge(response, since, () => banSubject(response));
}

/** Whether no purge after `since` covers a response, not even softly. */
export function isUntouched(response: OfUri, since: Sequence, purges: Purges): boolean {
  const { dead, staleSince } = verdictOn(response, since, purges);
  return !dead && staleSince === undefined;
}

function banSubject(stored: OfUri): BanSubject {
  const { uri, status, fields, part } = stored;
  return {
    uri,
    status: part === undefined ? status : 200, // what it is a part of, and may be completed to
    tags: stored.tags.filter(isPlainTag),
    field: (name) => textOf(fieldValue(fields, name)),
    ageAt: (moment) => currentAge(stored, moment),
  };
}

/** Who bans names a field as text, whatever bytes it was sent in. */
function textOf(value: string | undefined): string | undefined {
  return value === undefined ? undefined : fieldText(value);
}
