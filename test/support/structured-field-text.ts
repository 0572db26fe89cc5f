// Writes structured fields as RFC 9651 §4.1 says, and makes up values to write.
import fc from "fast-check";
import type { BareItem } from "../../src/http/bare-item.ts";
import type { Dictionary, Item, ItemParameters, List, Member } from "../../src/http/structured-fields.ts";

export function dictionaryText(dictionary: Dictionary): string {
  return [...dictionary].map(([key, member]) =>
    member.type === "boolean" && member.value ? key + parametersText(member.parameters) : `${key}=${memberText(member)}`
  ).join(", ");
}

export function listText(list: List): string {
  return list.map(memberText).join(", ");
}

export function memberText(member: Member): string {
  const text = member.type === "inner-list" ? `(${member.items.map(memberText).join(" ")})` : bareItemText(member);
  return text + parametersText(member.parameters);
}

function parametersText(parameters: ItemParameters): string {
  return [...parameters].map(([key, value]) =>
    value.type === "boolean" && value.value ? `;${key}` : `;${key}=${bareItemText(value)}`
  ).join("");
}

function bareItemText(item: BareItem): string {
  switch (item.type) {
    case "integer":
    case "token":
      return String(item.value);
    case "decimal":
      return Number.isInteger(item.value) ? item.value.toFixed(1) : String(item.value);
    case "string":
      return `"${item.value.replace(/["\\]/g, "\\$&")}"`;
    case "byte-sequence":
      return `:${btoa(String.fromCharCode(...item.value))}:`;
    case "boolean":
      return item.value ? "?1" : "?0";
    case "date":
      return `@${item.value}`;
    case "display-string":
      return `%"${displayText(item.value)}"`;
  }
}

function displayText(text: string): string {
  const escaped = (byte: number) => `%${byte.toString(16).padStart(2, "0")}`;
  return [...new TextEncoder().encode(text)].map((byte) =>
    byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x25 ? escaped(byte) : String.fromCharCode(byte)
  ).join("");
}

const integer = fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 });
const printable = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });
const key = fc.stringMatching(/^[a-z*][a-z0-9_.*-]{0,5}$/);

const bareItem: fc.Arbitrary<BareItem> = fc.oneof(
  integer.map((value) => ({ type: "integer", value } as const)),
  fc.integer({ min: -99_999_999, max: 99_999_999 }).map((value) => ({ type: "decimal", value: value / 1000 } as const)),
  printable.map((value) => ({ type: "string", value } as const)),
  fc.stringMatching(/^[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]{0,5}$/).map((value) => ({ type: "token", value } as const)),
  fc.uint8Array().map((value) => ({ type: "byte-sequence", value } as const)),
  fc.boolean().map((value) => ({ type: "boolean", value } as const)),
  integer.map((value) => ({ type: "date", value } as const)),
  fc.string({ unit: "binary" }).map((value) => ({ type: "display-string", value } as const)),
);

const parameters = fc.array(fc.tuple(key, bareItem), { maxLength: 3 }).map((pairs) => new Map(pairs));

export const anyItem: fc.Arbitrary<Item> = fc.tuple(bareItem, parameters).map(
  ([value, itemParameters]) => ({ ...value, parameters: itemParameters }),
);

const anyMember: fc.Arbitrary<Member> = fc.oneof(
  anyItem,
  fc.tuple(fc.array(anyItem, { maxLength: 4 }), parameters).map(
    ([items, listParameters]) => ({ type: "inner-list", items, parameters: listParameters } as const),
  ),
);

export const anyList: fc.Arbitrary<List> = fc.array(anyMember, { maxLength: 4 });

export const anyDictionary: fc.Arbitrary<Dictionary> = fc.array(fc.tuple(key, anyMember), { maxLength: 4 }).map(
  (pairs) => new Map(pairs),
);
