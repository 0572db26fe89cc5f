import { hasOpenQuote, listMembers, splitUnquoted, trimWhitespace } from "./field-list.ts";

/** What one proxy says of the request it received (RFC 7239 §5). Parameters it added of its own are left out. */
export interface ForwardedElement {
  /** Who sent it: an address with an optional port, IPv6 in brackets, `unknown`, or a name like `_hidden`. */
  readonly for?: string;
  /** Where it was received, in the same form. */
  readonly by?: string;
  readonly host?: string;
  /** In lower case. */
  readonly proto?: string;
}

/**
 * The elements of `Forwarded`, the one of the nearest proxy last (RFC 7239 §4). `undefined` when any of them is not as
 * the grammar has it, for somebody else might read it otherwise.
 */
export function parseForwarded(value: string): ForwardedElement[] | undefined {
  if (hasOpenQuote(value)) return undefined;
  const elements: ForwardedElement[] = [];
  for (const member of listMembers(value)) {
    const element = parseElement(member);
    if (element === undefined) return undefined;
    elements.push(element);
  }
  return elements.length === 0 ? undefined : elements;
}

const NODE = /^(?:[0-9.]{7,15}|\[[0-9a-f:.]{2,45}\]|unknown|_[\w.-]+)(?::(?:[0-9]{1,5}|_[\w.-]+))?$/i;

/** What the values of the known parameters look like (RFC 7239 §5, §6). */
const KNOWN: ReadonlyMap<string, RegExp> = new Map([
  ["for", NODE],
  ["by", NODE],
  ["host", /^(?:[\w.~-]+|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?$/i],
  ["proto", /^[a-z][a-z0-9+.-]*$/i],
]);

function parseElement(member: string): ForwardedElement | undefined {
  const values = new Map<string, string>();
  for (const part of splitUnquoted(member, ";")) {
    const pair = trimWhitespace(part);
    if (pair === "") continue;
    const separator = pair.indexOf("=");
    const name = pair.slice(0, Math.max(0, separator)).toLowerCase();
    const value = readValue(pair.slice(separator + 1));
    // No parameter may be there twice (§4).
    if (!TOKEN.test(name) || value === undefined || values.has(name)) return undefined;
    if (KNOWN.get(name)?.test(value) === false) return undefined;
    values.set(name, name === "proto" ? value.toLowerCase() : value);
  }
  return Object.fromEntries([...values].filter(([name]) => KNOWN.has(name)));
}

const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;
const QUOTED = /^"(?:[\t\x20\x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"$/;

/** A token as it is, or what a quoted string stands for (RFC 9110 §5.6.4). */
function readValue(text: string): string | undefined {
  if (TOKEN.test(text)) return text;
  return QUOTED.test(text) ? text.slice(1, -1).replace(/\\(.)/g, "$1") : undefined;
}
