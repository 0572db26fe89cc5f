// The kinds of value a configuration has, as zod schemas. The `error` of each is what a message says is accepted;
// what was given is added by `resolve-settings.ts`, once for all of them.
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { isToken, TOKEN_FORM } from "../admin/admin-token.ts";
import { FIELD_NAME } from "../http/field-list.ts";
import { MASK } from "../server/mask-secrets.ts";
import type { Milliseconds } from "../time/clock.ts";
import { DURATION_FORM, parseDuration } from "../time/duration.ts";
import { BYTE_SIZE_FORM, parseByteSize } from "./byte-size.ts";
import { LISTEN_FORM, parseListenAddress } from "./listen-address.ts";
import { ORIGIN_URL_FORM, parseOriginUrl } from "./origin-url.ts";

/** Longest timer that runs on every runtime: 2^31 - 1 milliseconds is a little less than 25 days. */
const LONGEST_TIMEOUT: Milliseconds = 24 * 86_400_000;

/** An object that takes these keys and no others. */
export function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const keys = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) => issue.code === "unrecognized_keys" ? keys : `an object with any of ${keys}`,
  });
}

/** A size of at least one byte, read to bytes. */
export function byteSize() {
  return z.union([z.string(), z.number()], { error: BYTE_SIZE_FORM }).transform((size, context) => {
    const bytes = parseByteSize(size);
    if (bytes !== undefined && bytes > 0) return bytes;
    context.addIssue({ code: "custom", message: BYTE_SIZE_FORM, input: size });
    return z.NEVER;
  });
}

/** A duration from zero up, read to milliseconds. */
export function duration() {
  return z.string({ error: DURATION_FORM }).transform((text, context) => {
    const length = parseDuration(text);
    if (length !== undefined) return length;
    context.addIssue({ code: "custom", message: DURATION_FORM, input: text });
    return z.NEVER;
  });
}

/** A duration that a timer can wait; zero, for "no timeout", only where `none` says so. */
export function timeout(options: { none?: boolean } = {}) {
  const shortest = options.none === true ? 0 : 1;
  const range = options.none === true ? 'at most "24d" ("0s" for none)' : 'more than "0s" and at most "24d"';
  return duration().refine((length) => length >= shortest && length <= LONGEST_TIMEOUT, {
    error: `${DURATION_FORM}, ${range}`,
  });
}

/** `true` or `false`. */
export function flag() {
  return z.boolean({ error: "true or false" });
}

/** `HOST:PORT`, read to a `ListenAddress`. */
export function listenAddress() {
  return z.string({ error: LISTEN_FORM }).transform((text, context) => {
    const address = parseListenAddress(text);
    if (address !== undefined) return address;
    context.addIssue({ code: "custom", message: LISTEN_FORM, input: text });
    return z.NEVER;
  });
}

/** Scheme, host and port of an origin, read to canonical form. */
export function originUrl() {
  return z.string({ error: ORIGIN_URL_FORM }).transform((text, context) => {
    const result = parseOriginUrl(text);
    if ("url" in result) return result.url;
    context.addIssue({ code: "custom", message: result.accepted, input: text });
    return z.NEVER;
  });
}

const HOST_NAME_FORM = 'a host name without port such as "www.example.com"';

/** A host name without port, read to lower case. */
export function hostName() {
  return z.string({ error: HOST_NAME_FORM })
    .refine((name) => isHost(name) && !/:\d*$/.test(name.replace(/^\[.*\]/, "")), { error: HOST_NAME_FORM })
    .transform((name) => name.toLowerCase());
}

const HOST_FIELD_FORM = 'a host name, with port if need be, such as "app.internal" or "app.internal:8443"';

/** A value of the `Host` field. */
export function hostField() {
  return z.string({ error: HOST_FIELD_FORM }).refine(isHost, { error: HOST_FIELD_FORM });
}

/** A token of the admin API. What `lacquer check` prints in its place is none, or anybody could guess it. */
export function adminToken() {
  return z.string({ error: TOKEN_FORM }).refine((text) => isToken(text) && text !== MASK, { error: TOKEN_FORM });
}

const ADDRESS_BLOCK_FORM = 'an IP address or CIDR block such as "10.0.0.0/8" or "fd00::/8"';

/** A CIDR block; a single address is read as the block that holds only it. */
export function addressBlock() {
  return z.string({ error: ADDRESS_BLOCK_FORM }).transform((text, context) => {
    const block = parseAddressBlock(text);
    if (block !== undefined) return block;
    context.addIssue({ code: "custom", message: ADDRESS_BLOCK_FORM, input: text });
    return z.NEVER;
  });
}

const PARAMETER_FORM = 'a parameter name, or the beginning of one followed by "*", such as "fbclid" or "utm_*"';

/** Name of a query parameter or a beginning of names. */
export function parameterPattern() {
  return z.string({ error: PARAMETER_FORM }).regex(/^[^*&=#?\s]+\*?$/, { error: PARAMETER_FORM });
}

const PATH_FORM = 'a path, or the beginning of paths followed by "*", such as "/feed.xml" or "/assets/*"';

/** A path or a beginning of paths. */
export function pathPattern() {
  return z.string({ error: PATH_FORM }).regex(/^\/[^*?#\s]*\*?$/, { error: PATH_FORM });
}

const FILE_PATH_FORM = 'a path such as "/var/lib/lacquer"';

/** Path of a file or directory. */
export function filePath() {
  return z.string({ error: FILE_PATH_FORM }).regex(/^[^\0]+$/, { error: FILE_PATH_FORM });
}

const FIELD_NAME_FORM = 'a field name such as "cdn-cache-control"';

/** A field name, read to lower case. */
export function fieldName() {
  return z.string({ error: FIELD_NAME_FORM })
    .transform((name) => name.toLowerCase())
    .refine((name) => FIELD_NAME.test(name), { error: FIELD_NAME_FORM });
}

const TAG_FORM = 'a tag of 1 to 1024 visible characters, without comma, such as "product-17"';

/** A tag by which responses are purged. */
export function tag() {
  return z.string({ error: TAG_FORM }).regex(/^[^\s,\p{Cc}]{1,1024}$/u, { error: TAG_FORM });
}

/** Status of an error. */
export function errorStatus() {
  const accepted = "a status from 400 to 599";
  return z.number({ error: accepted }).int({ error: accepted }).min(400, { error: accepted })
    .max(599, { error: accepted });
}

/** Any of `choices`, spelled exactly. */
export function choice<const Choices extends readonly string[]>(choices: Choices) {
  return z.enum(choices, { error: choices.map((one) => `"${one}"`).join(", ") });
}

/** A list of `item`; `what` names them in messages. */
export function list<Item extends z.ZodType>(item: Item, what: string) {
  return z.array(item, { error: `a list of ${what}` });
}

/** Whole number from 1 to `largest`. */
export function count(largest: number) {
  const accepted = `a whole number from 1 to ${largest}`;
  return z.number({ error: accepted }).int({ error: accepted }).min(1, { error: accepted })
    .max(largest, { error: accepted });
}

/** Nothing but the authority of a URL: what the URL parser takes as host and gives back, case apart. */
function isHost(text: string): boolean {
  if (!/^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?$/.test(text)) return false;
  return URL.canParse(`http://${text}`);
}

function parseAddressBlock(text: string): string | undefined {
  const [address = "", prefix, ...rest] = text.split("/");
  const bits = ipaddr.IPv4.isValidFourPartDecimal(address) ? 32 : ipaddr.IPv6.isValid(address) ? 128 : undefined;
  if (bits === undefined || rest.length > 0) return undefined;
  if (prefix === undefined) return `${address}/${bits}`;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits ? `${address}/${Number(prefix)}` : undefined;
}
