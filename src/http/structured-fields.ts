/**
 * Structured Field values (RFC 9651 §4.2), read strictly: a value that breaks a rule anywhere is ignored as a whole.
 * Whoever calls joins the lines of a repeated field by commas first.
 */
import { StructuredScanner } from "./structured-scanner.ts";

/** A bare item (RFC 9651 §3.3). */
export type BareItem =
  | { readonly type: "integer"; readonly value: number }
  | { readonly type: "decimal"; readonly value: number }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "token"; readonly value: string }
  | { readonly type: "bytes"; readonly value: Uint8Array }
  | { readonly type: "boolean"; readonly value: boolean }
  /** Seconds since 1970. */
  | { readonly type: "date"; readonly value: number }
  | { readonly type: "display-string"; readonly value: string };

/** Parameters by key. */
export type Parameters = ReadonlyMap<string, BareItem>;

/** An item with its parameters (RFC 9651 §3.3). */
export interface Item {
  readonly kind: "item";
  readonly item: BareItem;
  readonly parameters: Parameters;
}

/** An inner list with its parameters (RFC 9651 §3.1.1). */
export interface InnerList {
  readonly kind: "inner-list";
  readonly items: readonly Item[];
  readonly parameters: Parameters;
}

/** A member of a list or a dictionary. */
export type Member = Item | InnerList;

/** Members by key (RFC 9651 §3.2). Of a repeated key the last member counts. */
export type Dictionary = ReadonlyMap<string, Member>;

/** The value of a field that is a dictionary; `undefined` when the field is absent or not valid. */
export function parseDictionary(value: string | undefined): Dictionary | undefined {
  return parse(value, readDictionary);
}

/** The value of a field that is a list; `undefined` when the field is absent or not valid. */
export function parseList(value: string | undefined): readonly Member[] | undefined {
  return parse(value, readList);
}

/** The value of a field that is an item; `undefined` when the field is absent or not valid. */
export function parseItem(value: string | undefined): Item | undefined {
  return parse(value, readItem);
}

/** `undefined` from a reader means that the value breaks a rule. */
type Reader<Result> = (scanner: StructuredScanner) => Result | undefined;

function parse<Result>(value: string | undefined, read: Reader<Result>): Result | undefined {
  if (value === undefined) return undefined;
  const scanner = new StructuredScanner(value);
  scanner.skipSpaces();
  const result = read(scanner);
  scanner.skipSpaces();
  return scanner.isAtEnd ? result : undefined;
}

function readDictionary(scanner: StructuredScanner): Dictionary | undefined {
  const members = new Map<string, Member>();
  while (!scanner.isAtEnd) {
    const key = scanner.readKey();
    if (key === undefined) return undefined;
    const member = scanner.take("=") ? readMember(scanner) : readTrueMember(scanner);
    if (member === undefined) return undefined;
    members.set(key, member);
    if (!readSeparator(scanner)) return undefined;
  }
  return members;
}

/** A key without a value stands for true. */
function readTrueMember(scanner: StructuredScanner): Member | undefined {
  const parameters = readParameters(scanner);
  return parameters && { kind: "item", item: TRUE, parameters };
}

const TRUE: BareItem = { type: "boolean", value: true };

function readList(scanner: StructuredScanner): readonly Member[] | undefined {
  const members: Member[] = [];
  while (!scanner.isAtEnd) {
    const member = readMember(scanner);
    if (member === undefined) return undefined;
    members.push(member);
    if (!readSeparator(scanner)) return undefined;
  }
  return members;
}

/** The comma before another member, or the end. False for anything else, and for a comma with nothing behind it. */
function readSeparator(scanner: StructuredScanner): boolean {
  scanner.skipWhitespace();
  if (scanner.isAtEnd) return true;
  if (!scanner.take(",")) return false;
  scanner.skipWhitespace();
  return !scanner.isAtEnd;
}

function readMember(scanner: StructuredScanner): Member | undefined {
  return scanner.take("(") ? readInnerList(scanner) : readItem(scanner);
}

function readInnerList(scanner: StructuredScanner): InnerList | undefined {
  const items: Item[] = [];
  for (;;) {
    scanner.skipSpaces();
    if (scanner.take(")")) break;
    const item = readItem(scanner);
    if (item === undefined || !scanner.isAt(" ", ")")) return undefined;
    items.push(item);
  }
  const parameters = readParameters(scanner);
  return parameters && { kind: "inner-list", items, parameters };
}

function readItem(scanner: StructuredScanner): Item | undefined {
  const item = scanner.readBareItem();
  const parameters = item && readParameters(scanner);
  return parameters && { kind: "item", item, parameters };
}

function readParameters(scanner: StructuredScanner): Parameters | undefined {
  if (!scanner.isAt(";")) return NO_PARAMETERS;
  const parameters = new Map<string, BareItem>();
  while (scanner.take(";")) {
    scanner.skipSpaces();
    const key = scanner.readKey();
    const item = key !== undefined && scanner.take("=") ? scanner.readBareItem() : TRUE;
    if (key === undefined || item === undefined) return undefined;
    parameters.set(key, item);
  }
  return parameters;
}

const NO_PARAMETERS: Parameters = new Map();
