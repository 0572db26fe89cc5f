import { refusedFor, refusedItem } from "./refused-item.ts";

/** Members of an object from outside, without those that are `undefined`. A `Map`, so that no name is special. */
export type Members = ReadonlyMap<string, unknown>;

/** Reads an object; throws a `PurgeError` that says what is accepted when `given` is something else. */
export function readMembers(given: unknown, path: string, accepted: string): Members {
  const isObject = typeof given === "object" && given !== null && !Array.isArray(given);
  if (!isObject) throw refusedItem(path, given, accepted);
  return new Map(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Throws a `PurgeError` when there is a member that nobody would read: it was meant to narrow the purge down. */
export function refuseOthers(members: Members, path: string, known: readonly string[]): void {
  for (const name of members.keys()) {
    if (known.includes(name)) continue;
    throw refusedFor(`${path}.${name.slice(0, 100)}`, `unknown key, accepted: ${known.join(", ")}`);
  }
}
