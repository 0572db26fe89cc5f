// Structured field values (RFC 9651). A field that breaks the grammar anywhere counts as absent as a whole (§4.2), so
// that a typing error can never leave half of what was meant. The lines of a repeated field are joined by ", " before.
import { type BareItem, type Cursor, readBareItem, readPattern } from "./bare-item.ts";

/** Parameters by name. One without value is `true`. */
export type ItemParameters = ReadonlyMap<string, BareItem>;

/** A value with its parameters. */
export type Item = BareItem & { readonly parameters: ItemParameters };

/** A list in parentheses, which may stand where an item may in a list or a dictionary. */
export interface InnerList {
  readonly type: "inner-list";
  readonly items: readonly Item[];
  readonly parameters: ItemParameters;
}

export type Member = Item | InnerList;
export type List = readonly Member[];
/** Members by name. One without value is the boolean `true`. */
export type Dictionary = ReadonlyMap<string, Member>;

const KEY = /[a-z*][a-z0-9_\-.*]*/y;
const SPACES = / */y;
const OPTIONAL_WHITESPACE = /[ \t]*/y;
const TRUE: BareItem = { type: "boolean", value: true };

/** The one item that makes up a value, or `undefined` when the value is absent or anything else. */
export function parseItem(value: string | undefined): Item | undefined {
  return parseWhole(value, readItem);
}

/** The members of a list, none for an empty value, or `undefined` when it is absent or no list. */
export function parseList(value: string | undefined): List | undefined {
  return parseWhole(value, readList);
}

/**
 * The members of a dictionary, none for an empty value, or `undefined` when it is absent or no dictionary.
 * Of members with the same name the last counts, in the place of the first.
 */
export function parseDictionary(value: string | undefined): Dictionary | undefined {
  return parseWhole(value, readDictionary);
}

function parseWhole<Result>(
  value: string | undefined,
  read: (cursor: Cursor) => Result | undefined,
): Result | undefined {
  if (value === undefined) return undefined;
  const cursor = { text: value, position: 0 };
  readPattern(cursor, SPACES);
  const result = read(cursor);
  readPattern(cursor, SPACES);
  return cursor.position === value.length ? result : undefined;
}

function readList(cursor: Cursor): List | undefined {
  const members: Member[] = [];
  const isList = readMembers(cursor, () => {
    const member = readMember(cursor);
    if (member === undefined) return false;
    members.push(member);
    return true;
  });
  return isList ? members : undefined;
}

function readDictionary(cursor: Cursor): Dictionary | undefined {
  const members = new Map<string, Member>();
  const isDictionary = readMembers(cursor, () => {
    const key = readPattern(cursor, KEY)?.[0];
    if (key === undefined) return false;
    const member = skipCharacter(cursor, "=") ? readMember(cursor) : withParameters(TRUE, cursor);
    if (member === undefined) return false;
    members.set(key, member);
    return true;
  });
  return isDictionary ? members : undefined;
}

/** Reads what stands between commas up to the end; whether `readNext` liked all of it and no comma is left over. */
function readMembers(cursor: Cursor, readNext: () => boolean): boolean {
  if (cursor.position === cursor.text.length) return true;
  while (readNext()) {
    readPattern(cursor, OPTIONAL_WHITESPACE);
    if (cursor.position === cursor.text.length) return true;
    if (!skipCharacter(cursor, ",")) return false;
    readPattern(cursor, OPTIONAL_WHITESPACE);
  }
  return false;
}

function readMember(cursor: Cursor): Member | undefined {
  return skipCharacter(cursor, "(") ? readInnerList(cursor) : readItem(cursor);
}

/** The rest of an inner list behind its opening parenthesis (§4.2.1.2). */
function readInnerList(cursor: Cursor): InnerList | undefined {
  const items: Item[] = [];
  let isSeparated = true;
  while (true) {
    isSeparated = readPattern(cursor, SPACES)?.[0] !== "" || isSeparated;
    if (skipCharacter(cursor, ")")) break;
    const item = isSeparated ? readItem(cursor) : undefined;
    if (item === undefined) return undefined;
    items.push(item);
    isSeparated = false;
  }
  const parameters = readParameters(cursor);
  return parameters && { type: "inner-list", items, parameters };
}

function readItem(cursor: Cursor): Item | undefined {
  const bareItem = readBareItem(cursor);
  return bareItem && withParameters(bareItem, cursor);
}

function withParameters(bareItem: BareItem, cursor: Cursor): Item | undefined {
  const parameters = readParameters(cursor);
  return parameters && { ...bareItem, parameters };
}

const NO_PARAMETERS: ItemParameters = new Map();

/** The parameters at the cursor; of those with the same name the last counts (§4.2.3.2). */
function readParameters(cursor: Cursor): ItemParameters | undefined {
  if (cursor.text[cursor.position] !== ";") return NO_PARAMETERS;
  const parameters = new Map<string, BareItem>();
  while (skipCharacter(cursor, ";")) {
    readPattern(cursor, SPACES);
    const key = readPattern(cursor, KEY)?.[0];
    if (key === undefined) return undefined;
    const value = skipCharacter(cursor, "=") ? readBareItem(cursor) : TRUE;
    if (value === undefined) return undefined;
    parameters.set(key, value);
  }
  return parameters;
}

function skipCharacter(cursor: Cursor, character: string): boolean {
  if (cursor.text[cursor.position] !== character) return false;
  cursor.position++;
  return true;
}
