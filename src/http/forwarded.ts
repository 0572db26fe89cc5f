/**
 * The fields that tell an origin who asked (RFC 9110 §7.6.3, RFC 7239). What a client says of itself is only
 * believed from a trusted proxy; from anybody else these fields are removed and written anew, because an origin
 * that trusts them would let one client's words into a response stored for all.
 */
import type { FieldLine, FieldLines } from "./field-lines.ts";
import { fieldValue } from "./field-lines.ts";
import { parseForwarded } from "./forwarded-elements.ts";
import { requestVia } from "./via.ts";

/** What is known of the client connection a request came over, and of who forwards it. */
export interface ClientFacts {
  /** IP address of the peer, if any. */
  readonly address: string | undefined;
  /** Whether the peer is a proxy whose `Forwarded` and `X-Forwarded-*` fields are believed. */
  readonly trusted: boolean;
  readonly scheme: string;
  readonly host: string;
  /** Token of this instance in `Via`. */
  readonly instance: string;
  /** Whether the origin is told that `Surrogate-Control` is read here. */
  readonly isSurrogate: boolean;
}

/** What caches like this one are called in `Surrogate-Control`. */
export const SURROGATE_TOKEN = "lacquer";

const REWRITTEN = new Set([
  "via",
  "forwarded",
  "surrogate-capability",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
  "x-forwarded-scheme",
  "x-forwarded-server",
  "x-real-ip",
]);

/** Fields with which some frameworks let a request override its own target or method. */
const OVERRIDES = new Set([
  "x-http-method",
  "x-http-method-override",
  "x-method-override",
  "x-original-host",
  "x-original-url",
  "x-rewrite-url",
]);

/** `fields` with `Via`, `Forwarded` and the `X-Forwarded-*` family rebuilt, and overrides of untrusted peers removed. */
export function rebuildForwarded(fields: FieldLines, client: ClientFacts): FieldLine[] {
  const kept = fields.filter(([name]) => !REWRITTEN.has(name) && (client.trusted || !isClaim(name)));
  const before = (name: string) => (client.trusted ? fieldValue(fields, name) : undefined);
  kept.push(["via", appendTo(fieldValue(fields, "via"), requestVia(client.instance))]);
  if (client.address !== undefined) {
    kept.push(["x-forwarded-for", appendTo(before("x-forwarded-for"), client.address)]);
    kept.push(["forwarded", appendTo(wellFormed(before("forwarded")), forwardedElement(client.address, client))]);
  }
  const capability = client.isSurrogate
    ? appendTo(before("surrogate-capability"), CAPABILITY)
    : before("surrogate-capability");
  if (capability !== undefined) kept.push(["surrogate-capability", capability]);
  kept.push(["x-forwarded-host", client.host], ["x-forwarded-proto", client.scheme]);
  return kept;
}

/** That this cache reads `Surrogate-Control`, and by which name it is told apart there (Edge Architecture 1.0 §2.2). */
const CAPABILITY = `${SURROGATE_TOKEN}="Surrogate/1.0"`;

/** Whether the origin may get another value of this field than a client sent, or none. */
export function isRewritten(name: string): boolean {
  return REWRITTEN.has(name) || isClaim(name);
}

/** Whether a field lets a request override its own target or method, and so say another thing than its key. */
export function isOverride(name: string): boolean {
  return OVERRIDES.has(name);
}

/** Whether a field is only for a proxy to say: there are more `X-Forwarded-` fields than anybody could list. */
function isClaim(name: string): boolean {
  return OVERRIDES.has(name) || name.startsWith("x-forwarded-");
}

/** A list field value with one more member at its end. */
export function appendTo(value: string | undefined, member: string): string {
  return value ? `${value}, ${member}` : member;
}

/** A value that an origin can read; behind a malformed one, what we append could be read as part of it. */
function wellFormed(forwarded: string | undefined): string | undefined {
  return forwarded !== undefined && parseForwarded(forwarded) !== undefined ? forwarded : undefined;
}

function forwardedElement(address: string, client: ClientFacts): string {
  const node = address.includes(":") ? `"[${address}]"` : address; // RFC 7239 §6: IPv6 is bracketed and quoted
  const host = /^[\w.-]+$/.test(client.host) ? client.host : `"${client.host}"`;
  return `for=${node};host=${host};proto=${client.scheme}`;
}
