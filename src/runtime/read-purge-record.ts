import { compileBan } from "../invalidation/compile-ban.ts";
import type { PurgeRecord, PurgeScope } from "../invalidation/purge-request.ts";

/** A record from its JSON, or `undefined` when it is none, or covers what this release does not know. */
export function readPurgeRecord(json: string): PurgeRecord | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isPurgeRecord(value) ? value : undefined;
  } catch {
    return undefined; // not JSON
  }
}

function isPurgeRecord(value: unknown): value is PurgeRecord {
  if (!isObject(value)) return false;
  const { sequence, at, soft, scopes } = value;
  if (!Number.isSafeInteger(sequence) || Number(sequence) < 1 || typeof at !== "number") return false;
  return typeof soft === "boolean" && Array.isArray(scopes) && scopes.every(isPurgeScope);
}

function isPurgeScope(value: unknown): value is PurgeScope {
  if (!isObject(value)) return false;
  switch (value["kind"]) {
    case "url":
    case "tag":
    case "prefix":
    case "host":
      return typeof value[value["kind"]] === "string";
    case "ban":
      return isBan(value["ban"]);
    case "all":
      return true;
    default:
      return false;
  }
}

/** Another release may take bans that this one does not. */
function isBan(value: unknown): boolean {
  try {
    compileBan(value);
    return true;
  } catch {
    return false; // refused, which is all that compiling can fail with
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
