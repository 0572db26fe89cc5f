import { PurgeError } from "./purge-request.ts";

/** Longest text that a message repeats whole. */
const MAX_QUOTED = 100;

/** The error that says which item of a purge cannot be used, what was given, and what is accepted. */
export function refusedItem(path: string, given: unknown, accepted: string): PurgeError {
  return refusedFor(path, `given ${givenText(given)}, accepted: ${accepted}`);
}

/** The error that says which item of a purge cannot be used, and the problem in words. */
export function refusedFor(path: string, problem: string): PurgeError {
  return new PurgeError("invalid", `Cannot purge by ${path}: ${problem}`);
}

function givenText(given: unknown): string {
  if (typeof given === "string") return quoted(given);
  if (Array.isArray(given)) return `a list of ${given.length}`;
  if (typeof given === "object" && given !== null) return "an object";
  return typeof given === "function" ? "a function" : String(given);
}

function quoted(text: string): string {
  return text.length <= MAX_QUOTED ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, MAX_QUOTED))}…`;
}
