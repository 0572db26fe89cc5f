import { FIELD_NAME } from "../http/field-list.ts";
import { authorityOf, targetOf } from "../http/uri-parts.ts";
import type { MonotonicMs } from "../time/clock.ts";
import type { BanCondition, BanSubject } from "./ban.ts";
import { type Members, readMembers, refuseOthers } from "./given-members.ts";
import { refusedItem } from "./refused-item.ts";
import { compileTest, MAX_TEXT, TEXT_TESTS } from "./text-test.ts";

/** A condition in the form in which it is remembered, and ready for use. */
export interface CompiledCondition {
  readonly condition: BanCondition;
  /** Whether it holds for what is stored, at the time of the ban. */
  readonly holds: (subject: BanSubject, at: MonotonicMs) => boolean;
}

/** One kind of condition: what it has besides `field`, and how it is read. */
interface Kind {
  readonly members: readonly string[];
  readonly compile: (members: Members, path: string) => CompiledCondition;
}

/** By `field`. */
const KINDS = new Map<unknown, Kind>([
  ["host", { members: TEXT_TESTS, compile: compileHost }],
  ["path", { members: TEXT_TESTS, compile: compilePath }],
  ["tag", { members: TEXT_TESTS, compile: compileTag }],
  ["header", { members: ["name", ...TEXT_TESTS], compile: compileHeader }],
  ["status", { members: ["equals"], compile: compileStatus }],
  ["age", { members: ["over"], compile: compileAge }],
]);

const FIELD_FORM = `one of ${[...KINDS.keys()].join(", ")}`;

/** Reads one condition of a ban. Throws a `PurgeError` that says what in it cannot be used. */
export function compileCondition(given: unknown, path: string): CompiledCondition {
  const members = readMembers(given, path, 'an object with "field" and a test');
  const field = members.get("field");
  const kind = KINDS.get(field);
  if (kind === undefined) throw refusedItem(`${path}.field`, field, FIELD_FORM);
  refuseOthers(members, path, ["field", ...kind.members]);
  return kind.compile(members, path);
}

function compileHost(members: Members, path: string): CompiledCondition {
  const { test, passes } = compileTest(members, path, lowerCase);
  return { condition: { field: "host", ...test }, holds: ({ uri }) => passes(authorityOf(uri)) };
}

function compilePath(members: Members, path: string): CompiledCondition {
  const { test, passes } = compileTest(members, path);
  return { condition: { field: "path", ...test }, holds: ({ uri }) => passes(targetOf(uri)) };
}

function compileTag(members: Members, path: string): CompiledCondition {
  const { test, passes } = compileTest(members, path);
  return { condition: { field: "tag", ...test }, holds: ({ tags }) => tags.some((tag) => passes(tag)) };
}

function compileHeader(members: Members, path: string): CompiledCondition {
  const name = readFieldName(members.get("name"), `${path}.name`);
  const { test, passes } = compileTest(members, path);
  const holds = (subject: BanSubject) => {
    const value = subject.field(name);
    return value !== undefined && passes(value);
  };
  return { condition: { field: "header", name, ...test }, holds };
}

function compileStatus(members: Members, path: string): CompiledCondition {
  const equals = members.get("equals");
  const isStatus = typeof equals === "number" && Number.isInteger(equals) && equals >= 100 && equals <= 999;
  if (!isStatus) throw refusedItem(`${path}.equals`, equals, "a status, a whole number from 100 to 999");
  return { condition: { field: "status", equals }, holds: ({ status }) => status === equals };
}

function compileAge(members: Members, path: string): CompiledCondition {
  const over = members.get("over");
  const isAge = typeof over === "number" && Number.isFinite(over) && over >= 0;
  if (!isAge) throw refusedItem(`${path}.over`, over, "a number of seconds, 0 or more");
  return { condition: { field: "age", over }, holds: (subject, at) => subject.ageAt(at) > over };
}

function readFieldName(given: unknown, path: string): string {
  const name = typeof given === "string" && given.length <= MAX_TEXT ? lowerCase(given) : "";
  if (!FIELD_NAME.test(name)) throw refusedItem(path, given, 'a field name such as "content-type"');
  return name;
}

/** Only ASCII, as in host and field names: other letters may become more of them, and then too many. */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
