// Which field decides how a response is cached (RFC 9213). A targeted field that is valid replaces `Cache-Control` and
// `Expires` altogether; one that is not is as good as absent, so both questions are answered in one place.
import { type CacheControl, parseCacheControl } from "../http/cache-control.ts";
import { type FieldLines, fieldValue } from "../http/field-lines.ts";
import { hasOpenQuote, listMembers, splitUnquoted, trimWhitespace } from "../http/field-list.ts";
import { SURROGATE_TOKEN } from "../http/forwarded.ts";
import { type Member, parseDictionary } from "../http/structured-fields.ts";

/** Which field decides how a response is cached, and what it says. */
export interface GoverningControl {
  readonly control: CacheControl;
  /** Lower-case name of the field it came from; "cache-control" when no target applies. */
  readonly field: string;
  /** Whether it is a targeted field, so that `Cache-Control`, `Expires` and `Pragma` count for nothing (RFC 9213 §2.2). */
  readonly isTargeted: boolean;
}

/** How the value of a directive is to be read. */
type DirectiveKind = "lifetime" | "field-names" | "restriction" | "permission";

const DIRECTIVES: ReadonlyMap<string, DirectiveKind> = new Map([
  ["max-age", "lifetime"],
  ["s-maxage", "lifetime"],
  ["stale-while-revalidate", "lifetime"],
  ["stale-if-error", "lifetime"],
  ["private", "field-names"],
  ["no-cache", "field-names"],
  ["no-store", "restriction"],
  ["must-revalidate", "restriction"],
  ["proxy-revalidate", "restriction"],
  ["public", "permission"],
  ["immutable", "permission"],
  ["must-understand", "permission"],
]);

/**
 * The first of `targets` that is there, valid and not empty governs; else `Cache-Control` does (RFC 9213 §2.2).
 * `surrogate-control` may be a target too. It is older than structured fields and is read leniently.
 */
export function governingControl(fields: FieldLines, targets: readonly string[]): GoverningControl {
  for (const target of targets) {
    const field = target.toLowerCase();
    const value = fieldValue(fields, field);
    if (value === undefined) continue;
    const directives = field === "surrogate-control" ? surrogateDirectives(value) : targetedDirectives(value);
    if (directives !== undefined) return { control: parseCacheControl(directives), field, isTargeted: true };
  }
  return { control: parseCacheControl(fieldValue(fields, "cache-control")), field: "cache-control", isTargeted: false };
}

/**
 * The directives of a targeted field as `Cache-Control` would have them, or `undefined` when the field has to be ignored
 * because it is empty or breaks the grammar (§2.1). A field of nothing but unknown directives is valid, and permits.
 */
function targetedDirectives(value: string): string | undefined {
  const members = parseDictionary(value);
  if (members === undefined || members.size === 0) return undefined;
  const directives: string[] = [];
  for (const [name, member] of members) {
    const kind = DIRECTIVES.get(name);
    const directive = kind && directiveText(name, kind, member);
    if (directive !== undefined) directives.push(directive);
  }
  return directives.join(", ");
}

/**
 * RFC 9213 §2.1 warns against reading a value of the wrong type, and does not say what it means instead. Here it means
 * the stricter of what it could: a lifetime of that kind is over, a restriction holds, for all fields where it could
 * name some, even one that says `?0`; and a permission is not given.
 */
function directiveText(name: string, kind: DirectiveKind, member: Member): string | undefined {
  switch (kind) {
    case "lifetime":
      // Without an argument it counts as 0, and so does a number below zero.
      return member.type === "integer" ? `${name}=${member.value}` : name;
    case "field-names":
      return member.type === "string" && member.value !== ""
        ? `${name}="${member.value.replace(/["\\]/g, "\\$&")}"`
        : name;
    case "restriction":
      return name;
    case "permission":
      return member.type === "boolean" && member.value ? name : undefined;
  }
}

/**
 * The directives of a `Surrogate-Control` value that count here, without their parameters, or `undefined` when none of them is about
 * caching: one that only asks for processing, like `content="ESI/1.0"`, must not hide a `Cache-Control: private`.
 * A parameter names the one surrogate that a directive is for (Edge Architecture 1.0 §2.3); what forbids always counts.
 */
function surrogateDirectives(value: string): string | undefined {
  const members = hasOpenQuote(value) ? value.split(",").map(trimWhitespace) : listMembers(value);
  const directives: string[] = [];
  for (const member of members) {
    const [directive = "", ...targets] = splitUnquoted(member, ";").map(trimWhitespace);
    const name = trimWhitespace(directive.split("=", 1)[0] ?? "").toLowerCase();
    const kind = DIRECTIVES.get(name);
    if (kind !== "restriction" && !isForUs(targets)) continue;
    // A lifetime may be followed by "+" and the time for which the response may be used when stale: an old extension.
    if (kind !== undefined) directives.push(kind === "lifetime" ? directive.split("+", 1)[0] ?? "" : directive);
  }
  return directives.length === 0 ? undefined : directives.join(", ");
}

/** Without a target a directive is for every surrogate. */
function isForUs(targets: readonly string[]): boolean {
  return targets.length === 0 || targets.some((target) => target.toLowerCase() === SURROGATE_TOKEN);
}
