/** Purges as they are written down, and read again. */
import type { EpochMs } from "../time/clock.ts";
import { compileBan } from "./compile-ban.ts";
import type { EpochScope, Sequence } from "./epochs.ts";
import type { PurgeRecord } from "./purge-request.ts";
import type { CompiledPurge } from "./purges.ts";

/** The record of a purge. */
export function recordOf(
  { scopes, bans, soft }: CompiledPurge,
  mark: { sequence: Sequence; at: EpochMs },
): PurgeRecord {
  return { ...mark, soft, scopes: [...scopes, ...bans.map(({ spec }) => ({ kind: "ban", ban: spec }) as const)] };
}

/** The purge that a record tells of. @throws {PurgeError} for a ban that cannot be read. */
export function compiledOf({ scopes, soft }: PurgeRecord): CompiledPurge {
  const named = scopes.filter((scope): scope is EpochScope => scope.kind !== "ban");
  const bans = scopes.flatMap((scope) => scope.kind === "ban" ? [compileBan(scope.ban)] : []);
  return { scopes: named, bans, soft };
}
