/** Which field governs how a response is cached (RFC 9213), and what it says. */
import { type CacheControl, parseCacheControl } from "../http/cache-control.ts";
import { type FieldLines, fieldValue } from "../http/field-lines.ts";
import { listMembers, splitUnquoted, trimWhitespace } from "../http/field-list.ts";
import { SURROGATE_TOKEN } from "../http/forwarded.ts";
import { type Member, parseDictionary } from "../http/structured-fields.ts";

/** What is said to this cache. */
export interface GoverningControl {
  readonly control: CacheControl;
  /** Whether it was said in a targeted field, so that `Cache-Control` and `Expires` count for nothing (RFC 9213 §2.2). */
  readonly isTargeted: boolean;
}

/**
 * The first of the targeted fields that is present, valid and not empty, else `Cache-Control` (RFC 9213 §2.2). One that
 * is not valid is ignored as a whole.
 */
export function governingControl(fields: FieldLines, targets: readonly string[]): GoverningControl {
  for (const target of targets) {
    const value = fieldValue(fields, target);
    if (value === undefined) continue;
    const text = target === "surrogate-control" ? surrogateDirectives(value) : targetedDirectives(value);
    if (text !== undefined) return { control: parseCacheControl(text), isTargeted: true };
  }
  return { control: parseCacheControl(fieldValue(fields, "cache-control")), isTargeted: false };
}

/** The directives of a targeted field in the grammar of `Cache-Control`; `undefined` when the field is ignored. */
function targetedDirectives(value: string): string | undefined {
  const dictionary = parseDictionary(value);
  if (dictionary === undefined || dictionary.size === 0) return undefined;
  return [...dictionary].map(([name, member]) => directiveText(name, member)).filter((text) => text !== "").join(", ");
}

/**
 * Lifetimes are integers, other directives true. A value of another type is not used (RFC 9213 §2.1): a lifetime is left
 * out then, but what may forbid something counts in its plain and strictest form.
 */
function directiveText(name: string, member: Member): string {
  const { type, value } = member.kind === "item" ? member.item : { type: "inner-list", value: undefined };
  if (LIFETIMES.has(name)) return type === "integer" ? `${name}=${value}` : "";
  if (type === "boolean") return value === true ? name : "";
  return PERMISSIONS.has(name) ? "" : name;
}

const LIFETIMES: ReadonlySet<string> = new Set(["max-age", "s-maxage", "stale-while-revalidate", "stale-if-error"]);
const PERMISSIONS: ReadonlySet<string> = new Set(["public", "immutable", "must-understand"]);

/**
 * The directives of `Surrogate-Control` that are for every surrogate or for this one (Edge Architecture 1.0 §2.3). It is
 * older than Structured Fields and read as leniently as `Cache-Control`. `undefined` when none is.
 */
function surrogateDirectives(value: string): string | undefined {
  const directives = listMembers(value).flatMap((member) => {
    const [directive = "", ...targets] = splitUnquoted(member, ";").map(trimWhitespace);
    const isForUs = targets.length === 0 || targets.some((target) => target.toLowerCase() === SURROGATE_TOKEN);
    // What stands behind a "+" is how long it may be used when stale; the windows of this cache are set otherwise.
    return isForUs ? directive.replace(/^(max-age=[0-9]+)\+[0-9]+$/i, "$1") : [];
  });
  return directives.length === 0 ? undefined : directives.join(", ");
}
