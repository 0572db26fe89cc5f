import type { Ban } from "./ban.ts";
import { compileCondition, type CompiledCondition } from "./compile-condition.ts";
import { readMembers, refuseOthers } from "./given-members.ts";
import { refusedItem } from "./refused-item.ts";

const MAX_CONDITIONS = 8;

const CONDITIONS_FORM = `a list of 1 to ${MAX_CONDITIONS} conditions`;

/**
 * Reads a ban from outside. Throws a `PurgeError` that says what in it cannot be used; `path` is the place of the ban
 * in its request. The `spec` of the result is what was given in canonical form: names in lower case, no condition
 * twice, the conditions in an order that does not depend on the one given.
 */
export function compileBan(given: unknown, path = "ban"): Ban {
  const conditions = inOrder(compileConditions(given, path));
  const tests = conditions.map(({ holds }) => holds);
  const where = conditions.map(({ condition }) => condition);
  return {
    text: JSON.stringify(where),
    spec: { where },
    matches: (subject, at) => tests.every((holds) => holds(subject, at)),
  };
}

function compileConditions(given: unknown, path: string): CompiledCondition[] {
  const members = readMembers(given, path, `an object with "where", ${CONDITIONS_FORM}`);
  refuseOthers(members, path, ["where"]);
  const where = members.get("where");
  const isShort = Array.isArray(where) && where.length >= 1 && where.length <= MAX_CONDITIONS;
  if (!isShort) throw refusedItem(`${path}.where`, where, CONDITIONS_FORM);
  return where.map((condition, index) => compileCondition(condition, `${path}.where[${index}]`));
}

/** Sorted by what they say, each once. */
function inOrder(conditions: readonly CompiledCondition[]): CompiledCondition[] {
  const byText = new Map(conditions.map((compiled) => [JSON.stringify(compiled.condition), compiled]));
  return [...byText].sort(([a], [b]) => a < b ? -1 : 1).map(([, compiled]) => compiled);
}
