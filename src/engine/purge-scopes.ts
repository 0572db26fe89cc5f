/** What a purge names, in the form in which it is compared with what is stored. */
import type { Ban, BanSpec } from "../invalidation/ban.ts";
import { compileBan } from "../invalidation/compile-ban.ts";
import type { EpochScope } from "../invalidation/epochs.ts";
import { PurgeError, type PurgeRequest } from "../invalidation/purge-request.ts";
import type { CompiledPurge } from "../invalidation/purges.ts";
import { refusedFor, refusedItem } from "../invalidation/refused-item.ts";
import type { RequestRules } from "./cache-request.ts";
import { keyOf } from "./normalize-request.ts";

/** Characters that the regular expressions of one request may have together: each takes up to 60 µs to compile. */
const MAX_REGEX_LENGTH = 4_000;
const REGEX_LIMIT = "4,000 characters together";

/** Longer texts are names of nothing that is stored. */
const MAX_LENGTH = 8192;

const URL_FORM = 'an absolute URL such as "https://example.com/page"';
const TAG_FORM = `a tag of 1 to ${MAX_LENGTH} characters, none of them a control character`;
const PREFIX_FORM =
  'the beginning of a URL such as "https://example.com/blog/", or of a path such as "/blog/", without "*"';
const HOST_FORM = 'a host name such as "example.com", with port if need be';

/**
 * Everything that a request asks to purge. URLs are those of clients: their query is rewritten as that of a request is,
 * and both schemes are meant, for a cache behind a TLS terminator need not know the one that clients use.
 *
 * @throws {PurgeError} "invalid", for the first item that is not what its list takes, and where there is no item.
 */
export function compilePurge(request: PurgeRequest, rules: RequestRules): CompiledPurge {
  const { urls = [], tags = [], prefixes = [], hosts = [], bans = [], all = false, soft = false } = request;
  const scopes = [
    ...urls.flatMap((url, index) => urlScopes(url, { path: `urls[${index}]`, rules })),
    ...tags.map((tag, index) => tagScope(tag, `tags[${index}]`)),
    ...prefixes.flatMap((prefix, index) => prefixScopes(prefix, `prefixes[${index}]`)),
    ...hosts.map((host, index) => hostScope(host, `hosts[${index}]`)),
    ...(all ? [EVERYTHING] : []),
  ];
  const compiled = compileBans(bans);
  if (scopes.length + compiled.length > 0) return { scopes, bans: compiled, soft };
  throw new PurgeError("invalid", "Cannot purge nothing: accepted are urls, tags, prefixes, hosts, bans and all");
}

/** Nothing else goes on while patterns are compiled, so what they hold together is bounded, and looked at as it comes. */
function compileBans(given: readonly BanSpec[]): readonly Ban[] {
  let length = 0;
  return given.map((spec, index) => {
    const ban = compileBan(spec, `bans[${index}]`);
    length += regexLength(ban);
    if (length <= MAX_REGEX_LENGTH) return ban;
    throw refusedFor(`bans[${index}]`, `accepted: regular expressions of at most ${REGEX_LIMIT} in one request`);
  });
}

function regexLength({ spec }: Ban): number {
  return spec.where.reduce((length, condition) => length + ("regex" in condition ? condition.regex.length : 0), 0);
}

const EVERYTHING: EpochScope = { kind: "all" };

interface UrlPlace {
  readonly path: string;
  readonly rules: RequestRules;
}

function urlScopes(url: string, { path, rules }: UrlPlace): readonly EpochScope[] {
  const spelt = bothSchemes(url, path, URL_FORM).flatMap((one) => [one, new URL(one).href]);
  return [...new Set(spelt.flatMap(spellingsOf).map((one) => keyOf(one, rules)))].map((one) => ({
    kind: "url",
    url: one,
  }));
}

function tagScope(tag: string, path: string): EpochScope {
  // deno-lint-ignore no-control-regex -- they are what is refused
  if (isText(tag) && !/[\0-\x1f\x7f]/.test(tag)) return { kind: "tag", tag };
  throw refusedItem(path, tag, TAG_FORM);
}

function prefixScopes(prefix: string, path: string): readonly EpochScope[] {
  const isPath = isText(prefix) && prefix.startsWith("/");
  // What is meant by a star is what a prefix does anyway; taken as a character it would cover nothing.
  if (isPath ? /#|\*$/.test(prefix) : String(prefix).endsWith("*")) throw refusedItem(path, prefix, PREFIX_FORM);
  const given = isPath ? [asSent(prefix)] : bothSchemes(prefix, path, PREFIX_FORM);
  return given.flatMap(spellingsOf).map((one) => ({ kind: "prefix", prefix: one }));
}

function hostScope(host: string, path: string): EpochScope {
  const match = isText(host) ? /^[^/?#@\\\s]+?(?::(\d+))?$/.exec(host) : null;
  if (match !== null && URL.canParse(`http://${host}/`)) {
    const { hostname } = new URL(`http://${host}/`);
    // A URL has no port where it is that of the scheme, but here it makes a difference.
    return { kind: "host", host: match[1] === undefined ? hostname : `${hostname}:${Number(match[1])}` };
  }
  throw refusedItem(path, host, HOST_FORM);
}

/** An absolute URL with either scheme, its authority in canonical form, all else byte for byte. */
function bothSchemes(url: string, path: string, accepted: string): readonly string[] {
  const [, rest] = isText(url) ? /^https?:\/\/[^/?#@\\\s]+((?:[/?][^#]*)?)(?:#.*)?$/i.exec(url) ?? [] : [];
  if (rest === undefined || !URL.canParse(url)) throw refusedItem(path, url, accepted);
  const target = asSent(rest.startsWith("/") ? rest : `/${rest}`);
  const { host } = new URL(url); // which leaves out the default port of the scheme given
  return ["http", "https"].map((scheme) => `${scheme}://${new URL(`${scheme}://${host}/`).host}${target}`);
}

/** A target as clients send it: what is no ASCII, or a space, goes percent-encoded over the line. */
function asSent(target: string): string {
  return target.replace(/[^\x21-\x7e]+/g, (characters) => encodeURIComponent(characters.toWellFormed()));
}

/** As it is, for clients send some characters plainly, and as a `Request` escapes these. */
function spellingsOf(uri: string): readonly string[] {
  const question = uri.indexOf("?");
  const pathEnd = question === -1 ? uri.length : question;
  const path = uri.slice(0, pathEnd).replace(/["<>^`{}]/g, percentEncoded);
  const query = uri.slice(pathEnd).replace(/["'<>]/g, percentEncoded);
  return [...new Set([uri, path + query])];
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function isText(value: string): boolean {
  return typeof value === "string" && value.length > 0 && value.length <= MAX_LENGTH;
}
